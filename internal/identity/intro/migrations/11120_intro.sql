-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- A file by which a source introduces people.
CREATE TABLE identity_intro_batch (
	id         TEXT   NOT NULL PRIMARY KEY,
	kind       TEXT   NOT NULL,
	source     TEXT   NOT NULL, -- unit of whoever introduces
	file       TEXT   NOT NULL, -- its name
	sha256     TEXT   NOT NULL,
	by_person  TEXT   NOT NULL,
	by_role    TEXT   NOT NULL,
	state      TEXT   NOT NULL, -- reading, checked, applying, applied, undoing, undone
	total      BIGINT NOT NULL,
	wrong      BIGINT NOT NULL,
	done       BIGINT NOT NULL DEFAULT 0, -- rows that are through
	created_us BIGINT NOT NULL,
	changed_us BIGINT NOT NULL
);
CREATE INDEX identity_intro_batch_source ON identity_intro_batch (source, id);

-- A row of it, as it was read.
CREATE TABLE identity_intro_row (
	batch         TEXT   NOT NULL,
	n             BIGINT NOT NULL, -- from 1
	line          BIGINT NOT NULL, -- of the file
	national_code TEXT   NOT NULL,
	cells         TEXT   NOT NULL, -- JSON, by column
	field         TEXT   NOT NULL DEFAULT '', -- what is wrong, and how
	problem       TEXT   NOT NULL DEFAULT '',
	PRIMARY KEY (batch, n)
);

-- What became of a row.
CREATE TABLE identity_intro_result (
	batch    TEXT   NOT NULL,
	n        BIGINT NOT NULL,
	state    TEXT   NOT NULL, -- introduced, granted, known, refused, undone
	person   TEXT   NOT NULL DEFAULT '',
	capacity TEXT   NOT NULL DEFAULT '',
	PRIMARY KEY (batch, n)
);

-- Directory: who was introduced and has no account yet.
CREATE TABLE identity_intro_waiting (
	national_code TEXT   NOT NULL,
	batch         TEXT   NOT NULL,
	n             BIGINT NOT NULL,
	PRIMARY KEY (national_code, batch, n)
);

-- +goose Down
DROP TABLE identity_intro_waiting;
DROP TABLE identity_intro_result;
DROP TABLE identity_intro_row;
DROP TABLE identity_intro_batch;
