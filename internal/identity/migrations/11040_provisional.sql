-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- Whom somebody says they are while a registry is silent: see provisional.go. A
-- national code here is nobody's yet, and nobody is found by it.
CREATE TABLE identity_provisional (
	person        TEXT   NOT NULL PRIMARY KEY,
	national_code TEXT   NOT NULL,
	birth         BIGINT NOT NULL,
	mobile        TEXT   NOT NULL,
	state         TEXT   NOT NULL,
	cause         TEXT   NOT NULL DEFAULT '',
	tries         BIGINT NOT NULL DEFAULT 0,
	next_us       BIGINT NOT NULL DEFAULT 0,
	created_us    BIGINT NOT NULL,
	changed_us    BIGINT NOT NULL,
	CHECK (state IN ('asking', 'refused', 'confirmed', 'lost'))
);
CREATE INDEX identity_provisional_due ON identity_provisional (next_us, person) WHERE state = 'asking';
CREATE INDEX identity_provisional_code ON identity_provisional (national_code, person) WHERE state IN ('asking', 'refused');

-- +goose Down
DROP TABLE identity_provisional;
