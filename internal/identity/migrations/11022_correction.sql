-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- What somebody says is wrong about them here, and what became of it.
CREATE TABLE identity_correction (
	owner        TEXT   NOT NULL,
	id           TEXT   NOT NULL,
	field        TEXT   NOT NULL,
	claimed      TEXT   NOT NULL, -- what it should be
	reason       TEXT   NOT NULL,
	asked_by     TEXT   NOT NULL,
	file         TEXT   NOT NULL DEFAULT '', -- name of the proof
	blob         TEXT   NOT NULL DEFAULT '',
	state        TEXT   NOT NULL, -- asked, done, refused
	answer       TEXT   NOT NULL DEFAULT '',
	decided_by   TEXT   NOT NULL DEFAULT '',
	decided_name TEXT   NOT NULL DEFAULT '',
	asked_us     BIGINT NOT NULL,
	decided_us   BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (owner, id)
);
CREATE INDEX identity_correction_open ON identity_correction (asked_us, id) WHERE state = 'asked';
CREATE INDEX identity_correction_blob ON identity_correction (blob) WHERE blob <> '';

-- What was changed about somebody by hand: nothing is overwritten without a trace.
CREATE TABLE identity_change (
	person     TEXT   NOT NULL,
	id         TEXT   NOT NULL,
	field      TEXT   NOT NULL,
	was        TEXT   NOT NULL,
	now        TEXT   NOT NULL,
	source     TEXT   NOT NULL, -- registry, hand
	correction TEXT   NOT NULL,
	by_person  TEXT   NOT NULL,
	by_role    TEXT   NOT NULL,
	at_us      BIGINT NOT NULL,
	PRIMARY KEY (person, id)
);

-- +goose Down
DROP TABLE identity_change;
DROP TABLE identity_correction;
