-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- The secret that a person's app and we make codes with.
CREATE TABLE identity_totp (
	person     TEXT   NOT NULL PRIMARY KEY,
	secret     TEXT   NOT NULL, -- sealed
	step       BIGINT NOT NULL, -- newest time step that was used
	created_us BIGINT NOT NULL,
	used_us    BIGINT NOT NULL DEFAULT 0
);

-- One-time codes for the day on which everything else is lost.
CREATE TABLE identity_recovery (
	person     TEXT   NOT NULL,
	hash       TEXT   NOT NULL, -- keyed; never the code
	created_us BIGINT NOT NULL,
	used_us    BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (person, hash)
);

-- +goose Down
DROP TABLE identity_recovery;
DROP TABLE identity_totp;
