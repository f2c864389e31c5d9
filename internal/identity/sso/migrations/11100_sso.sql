-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- A site where people may sign in with their judicial identity.
CREATE TABLE identity_sso_client (
  id TEXT NOT NULL PRIMARY KEY,
  secret TEXT NOT NULL,          -- SHA-256 of the secret; '' for a site that can keep none
  name_fa TEXT NOT NULL,
  name_en TEXT NOT NULL,
  owner_fa TEXT NOT NULL,
  owner_en TEXT NOT NULL,
  sector TEXT NOT NULL,          -- sites of one sector know a person by the same subject
  redirects TEXT NOT NULL,       -- one address in a line
  logouts TEXT NOT NULL,
  scopes TEXT NOT NULL,          -- with a space between
  created_us BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  ended_us BIGINT NOT NULL DEFAULT 0
);

-- A key that signs ID tokens, sealed.
CREATE TABLE identity_sso_key (
  id TEXT NOT NULL PRIMARY KEY,
  sealed TEXT NOT NULL,
  created_us BIGINT NOT NULL,
  signs_us BIGINT NOT NULL,      -- from then on it signs
  until_us BIGINT NOT NULL,      -- from then on the next one does
  gone_us BIGINT NOT NULL        -- from then on nobody trusts it
);

-- A sign-in at a site under way, from the first request to the exchange of the
-- code.
CREATE TABLE identity_sso_request (
  id TEXT NOT NULL PRIMARY KEY,
  client TEXT NOT NULL,
  redirect TEXT NOT NULL,
  scopes TEXT NOT NULL,
  state TEXT NOT NULL,
  nonce TEXT NOT NULL,
  challenge TEXT NOT NULL,
  prompt TEXT NOT NULL,
  max_age BIGINT NOT NULL,       -- seconds; -1: none
  level BIGINT NOT NULL,         -- of proof that is asked for
  hint TEXT NOT NULL,            -- subject of an earlier ID token
  created_us BIGINT NOT NULL,
  expires_us BIGINT NOT NULL,
  person TEXT NOT NULL DEFAULT '',
  session TEXT NOT NULL DEFAULT '',
  granted TEXT NOT NULL DEFAULT '',
  role TEXT NOT NULL DEFAULT '',
  unit TEXT NOT NULL DEFAULT '',
  branch TEXT NOT NULL DEFAULT '',
  subject TEXT NOT NULL DEFAULT '',
  given_level BIGINT NOT NULL DEFAULT 0,
  auth_us BIGINT NOT NULL DEFAULT 0,
  done_us BIGINT NOT NULL DEFAULT 0,
  code TEXT NOT NULL DEFAULT '',           -- SHA-256 of the code
  code_us BIGINT NOT NULL DEFAULT 0,       -- until when it can be exchanged
  used_us BIGINT NOT NULL DEFAULT 0,
  grant_id TEXT NOT NULL DEFAULT ''        -- that it was exchanged for
);
CREATE INDEX identity_sso_request_code ON identity_sso_request (code);
CREATE INDEX identity_sso_request_expires ON identity_sso_request (expires_us);

-- By what name a sector knows a person.
CREATE TABLE identity_sso_subject (
  person TEXT NOT NULL,
  sector TEXT NOT NULL,
  subject TEXT NOT NULL,
  PRIMARY KEY (person, sector)
);

-- What a person allows a site.
CREATE TABLE identity_sso_consent (
  person TEXT NOT NULL,
  client TEXT NOT NULL,
  given TEXT NOT NULL,
  asked TEXT NOT NULL,           -- given and refused
  first_us BIGINT NOT NULL,
  used_us BIGINT NOT NULL,
  ended_us BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (person, client)
);

-- What a site was given for one sign-in.
CREATE TABLE identity_sso_grant (
  person TEXT NOT NULL,
  id TEXT NOT NULL,
  client TEXT NOT NULL,
  scopes TEXT NOT NULL,
  subject TEXT NOT NULL,
  role TEXT NOT NULL,
  unit TEXT NOT NULL,
  branch TEXT NOT NULL,
  level BIGINT NOT NULL,
  auth_us BIGINT NOT NULL,
  created_us BIGINT NOT NULL,
  expires_us BIGINT NOT NULL,
  ended_us BIGINT NOT NULL DEFAULT 0,
  why TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (person, id)
);
CREATE INDEX identity_sso_grant_client ON identity_sso_grant (person, client);
CREATE INDEX identity_sso_grant_expires ON identity_sso_grant (expires_us);

-- A token of a grant: the id of an access token, the SHA-256 of a refresh token.
CREATE TABLE identity_sso_token (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,            -- access, refresh
  person TEXT NOT NULL,
  grant_id TEXT NOT NULL,
  scopes TEXT NOT NULL,
  created_us BIGINT NOT NULL,
  expires_us BIGINT NOT NULL,
  used_us BIGINT NOT NULL DEFAULT 0,
  revoked_us BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX identity_sso_token_expires ON identity_sso_token (expires_us);

-- +goose Down
DROP TABLE identity_sso_token;
DROP TABLE identity_sso_grant;
DROP TABLE identity_sso_consent;
DROP TABLE identity_sso_subject;
DROP TABLE identity_sso_request;
DROP TABLE identity_sso_key;
DROP TABLE identity_sso_client;
