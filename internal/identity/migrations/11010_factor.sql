-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- A passkey of a person. Ended ones stay, for the list of what was removed.
CREATE TABLE identity_passkey (
	person     TEXT   NOT NULL,
	id         TEXT   NOT NULL,
	name       TEXT   NOT NULL,
	credential TEXT   NOT NULL, -- base64url
	public_key BYTEA  NOT NULL, -- COSE
	kind       TEXT   NOT NULL, -- attestation format
	maker      TEXT   NOT NULL, -- AAGUID of the authenticator's model
	transports TEXT   NOT NULL, -- with a space between
	flags      BIGINT NOT NULL, -- as the authenticator reported them when it was added
	counter    BIGINT NOT NULL,
	created_us BIGINT NOT NULL,
	used_us    BIGINT NOT NULL DEFAULT 0,
	ended_us   BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (person, id)
);

-- Directory: no credential belongs to two people, and none comes twice.
CREATE TABLE identity_by_credential (
	credential TEXT NOT NULL PRIMARY KEY,
	person     TEXT NOT NULL,
	passkey    TEXT NOT NULL
);

-- What may be used once only and has been: challenges.
CREATE TABLE identity_spent (
	key        TEXT   NOT NULL PRIMARY KEY,
	expires_us BIGINT NOT NULL
);
CREATE INDEX identity_spent_expires ON identity_spent (expires_us);

-- +goose Down
DROP TABLE identity_spent;
DROP TABLE identity_by_credential;
DROP TABLE identity_passkey;
