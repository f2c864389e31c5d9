-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- The right to set the password of an account that somebody else has opened.
-- The secret is computed from the id, see claim.go.
CREATE TABLE identity_claim (
	person     TEXT   NOT NULL,
	id         TEXT   NOT NULL,
	way        TEXT   NOT NULL, -- sms, slip
	by_person  TEXT   NOT NULL,
	unit       TEXT   NOT NULL,
	tries      BIGINT NOT NULL DEFAULT 0,
	created_us BIGINT NOT NULL,
	expires_us BIGINT NOT NULL,
	ended_us   BIGINT NOT NULL DEFAULT 0, -- used, or another one was given
	PRIMARY KEY (person, id)
);

-- Directory: the hash of the secret.
CREATE TABLE identity_by_claim (
	hash   TEXT NOT NULL PRIMARY KEY,
	person TEXT NOT NULL,
	claim  TEXT NOT NULL
);

-- +goose Down
DROP TABLE identity_by_claim;
DROP TABLE identity_claim;
