-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- Vouching: why, and until when it stands; 0 once it has ended.
ALTER TABLE office_visit ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE office_visit ADD COLUMN until_us BIGINT NOT NULL DEFAULT 0;
CREATE INDEX office_visit_until ON office_visit (until_us) WHERE until_us > 0;

-- Who vouches for the client of a visit, each with a code of their own.
CREATE TABLE office_voucher (
	office TEXT   NOT NULL,
	visit  TEXT   NOT NULL,
	place  BIGINT NOT NULL, -- 1, 2
	person TEXT   NOT NULL,
	name   TEXT   NOT NULL,
	code   TEXT   NOT NULL,
	PRIMARY KEY (office, visit, place)
);

-- +goose Down
DROP TABLE office_voucher;
DROP INDEX office_visit_until;
ALTER TABLE office_visit DROP COLUMN until_us;
ALTER TABLE office_visit DROP COLUMN reason;
