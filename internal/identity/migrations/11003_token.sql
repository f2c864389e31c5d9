-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- A bearer token: a personal one of the account page, or a sign-in over the API.
CREATE TABLE identity_token (
  person TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,          -- personal, session
  name TEXT NOT NULL,
  capacity TEXT NOT NULL,      -- '' is citizen
  scopes TEXT NOT NULL,        -- with a space between
  act TEXT NOT NULL,           -- key of the act that made it
  hash TEXT NOT NULL,          -- SHA-256 of the token, never the token
  created_us BIGINT NOT NULL,
  expires_us BIGINT NOT NULL,
  used_us BIGINT NOT NULL DEFAULT 0,
  revoked_us BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (person, id)
);
CREATE UNIQUE INDEX identity_token_act ON identity_token (person, act);
CREATE INDEX identity_token_expires ON identity_token (expires_us);

-- Directory: the hash of a token to its row.
CREATE TABLE identity_by_token (
  hash TEXT NOT NULL PRIMARY KEY,
  person TEXT NOT NULL,
  token TEXT NOT NULL,
  expires_us BIGINT NOT NULL
);
CREATE INDEX identity_by_token_expires ON identity_by_token (expires_us);

-- +goose Down
DROP TABLE identity_by_token;
DROP TABLE identity_token;
