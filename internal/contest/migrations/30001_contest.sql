-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- What somebody says against the service of a notice, and what a judge decided.
CREATE TABLE contest_contest (
	case_id           TEXT    NOT NULL,
	id                TEXT    NOT NULL,
	notice            TEXT    NOT NULL,
	party             TEXT    NOT NULL,             -- of the case
	owner             TEXT    NOT NULL,             -- whose contest it is
	person            TEXT    NOT NULL,             -- who made it
	party_name        TEXT    NOT NULL,
	role              TEXT    NOT NULL,
	unit              TEXT    NOT NULL,
	branch            TEXT    NOT NULL DEFAULT '',
	case_number       TEXT    NOT NULL,
	number            TEXT    NOT NULL,             -- of the notice
	title_fa          TEXT    NOT NULL,
	title_en          TEXT    NOT NULL,
	way               TEXT    NOT NULL,
	reason            TEXT    NOT NULL DEFAULT '',
	rules             TEXT    NOT NULL DEFAULT '',
	words             TEXT    NOT NULL DEFAULT '',
	learned           BIGINT  NOT NULL DEFAULT 0,   -- a day
	state             TEXT    NOT NULL,
	late              BOOLEAN NOT NULL DEFAULT FALSE,
	version           BIGINT  NOT NULL DEFAULT 1,
	code              TEXT    NOT NULL DEFAULT '',
	code_person       TEXT    NOT NULL DEFAULT '',
	record            TEXT    NOT NULL DEFAULT '',  -- canonical JSON that is signed
	hash              TEXT    NOT NULL DEFAULT '',
	evidence          TEXT    NOT NULL DEFAULT '',
	made_us           BIGINT  NOT NULL,
	changed_us        BIGINT  NOT NULL,
	signed_us         BIGINT  NOT NULL DEFAULT 0,
	decided_by        TEXT    NOT NULL DEFAULT '',
	decided_label     TEXT    NOT NULL DEFAULT '',
	decided_us        BIGINT  NOT NULL DEFAULT 0,
	why               TEXT    NOT NULL DEFAULT '',
	served_us         BIGINT  NOT NULL DEFAULT 0,   -- moved: since when it is served
	anew              TEXT    NOT NULL DEFAULT '',  -- set aside: the notice that takes its place
	order_notice      TEXT    NOT NULL DEFAULT '',
	decision_evidence TEXT    NOT NULL DEFAULT '',
	PRIMARY KEY (case_id, id),
	CHECK (state IN ('draft', 'open', 'withdrawn', 'moot', 'upheld', 'moved', 'set_aside'))
);

-- A notice has one open contest; an account one draft about it.
CREATE UNIQUE INDEX contest_contest_open ON contest_contest (case_id, notice) WHERE state = 'open';
CREATE UNIQUE INDEX contest_contest_draft ON contest_contest (case_id, notice, owner) WHERE state = 'draft';
CREATE INDEX contest_contest_desk ON contest_contest (unit, state, signed_us, id) WHERE signed_us > 0;
CREATE INDEX contest_contest_owner ON contest_contest (owner, made_us, id);
CREATE INDEX contest_contest_person ON contest_contest (person, id);

CREATE TABLE contest_file (
	case_id    TEXT   NOT NULL,
	contest    TEXT   NOT NULL,
	id         TEXT   NOT NULL,
	name       TEXT   NOT NULL,
	type       TEXT   NOT NULL,
	bytes      BIGINT NOT NULL,
	sha256     TEXT   NOT NULL,
	pages      BIGINT NOT NULL,
	blob       TEXT   NOT NULL,
	created_us BIGINT NOT NULL,
	PRIMARY KEY (case_id, contest, id)
);

-- The orders as they were made, byte for byte.
CREATE TABLE contest_paper (
	case_id    TEXT   NOT NULL,
	contest    TEXT   NOT NULL,
	lang       TEXT   NOT NULL,
	bytes      BIGINT NOT NULL,
	sha256     TEXT   NOT NULL,
	blob       TEXT   NOT NULL,
	evidence   TEXT   NOT NULL,
	created_us BIGINT NOT NULL,
	PRIMARY KEY (case_id, contest, lang)
);

-- Which contests an account brought along that was merged into another.
CREATE TABLE contest_moved (
	merge   TEXT NOT NULL,
	case_id TEXT NOT NULL,
	contest TEXT NOT NULL,
	what    TEXT NOT NULL,
	PRIMARY KEY (merge, case_id, contest, what)
);

-- +goose Down
DROP TABLE contest_moved;
DROP TABLE contest_paper;
DROP TABLE contest_file;
DROP TABLE contest_contest;
