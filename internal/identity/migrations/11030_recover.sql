-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- A request to get back into an account (package recovery).
CREATE TABLE identity_recover (
	person      TEXT   NOT NULL,
	id          TEXT   NOT NULL,
	number      TEXT   NOT NULL,            -- told at an office
	mobile      TEXT   NOT NULL,            -- that a registration has proved
	email       TEXT   NOT NULL,
	lang        TEXT   NOT NULL,
	state       TEXT   NOT NULL,            -- waiting, proved, done, stopped, over
	created_us  BIGINT NOT NULL,
	ready_us    BIGINT NOT NULL,            -- when the waiting is over
	reminded_us BIGINT NOT NULL DEFAULT 0,
	told_us     BIGINT NOT NULL DEFAULT 0,  -- that it may go on
	ended_us    BIGINT NOT NULL DEFAULT 0,
	ended_by    TEXT   NOT NULL DEFAULT '', -- link, account
	way         TEXT   NOT NULL DEFAULT '', -- in which it was proved
	ref         TEXT   NOT NULL DEFAULT '',
	PRIMARY KEY (person, id)
);
CREATE UNIQUE INDEX identity_recover_open ON identity_recover (person, mobile, email) WHERE state IN ('waiting', 'proved');
CREATE INDEX identity_recover_ready ON identity_recover (ready_us) WHERE state IN ('waiting', 'proved');

-- Directories: of the link that stops one, and of the number.
CREATE TABLE identity_by_recover (
	hash    TEXT NOT NULL PRIMARY KEY,
	person  TEXT NOT NULL,
	recover TEXT NOT NULL
);

-- +goose Down
DROP TABLE identity_by_recover;
DROP TABLE identity_recover;
