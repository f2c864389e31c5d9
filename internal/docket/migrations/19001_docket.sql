-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- What the register needs to know of the courts, taken over from authority, so
-- that opening a case reads one transaction only. open_cases is the load that
-- CPC 50's referral is proposed by.
CREATE TABLE docket_court (
	unit     TEXT NOT NULL PRIMARY KEY,
	name_fa  TEXT NOT NULL,
	name_en  TEXT NOT NULL,
	province TEXT NOT NULL
);

CREATE TABLE docket_branch (
	unit       TEXT   NOT NULL,
	number     TEXT   NOT NULL,
	name_fa    TEXT   NOT NULL,
	name_en    TEXT   NOT NULL,
	open_cases BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (unit, number)
);

CREATE TABLE docket_counter (
	unit        TEXT   NOT NULL,
	jalali_year BIGINT NOT NULL,
	serial      BIGINT NOT NULL,
	PRIMARY KEY (unit, jalali_year)
);

CREATE TABLE docket_case (
	id             TEXT   NOT NULL PRIMARY KEY,
	number         TEXT   NOT NULL,
	unit           TEXT   NOT NULL,
	province       TEXT   NOT NULL,
	branch         TEXT   NOT NULL DEFAULT '',
	proposed       TEXT   NOT NULL,
	title_fa       TEXT   NOT NULL,
	title_en       TEXT   NOT NULL,
	filing         TEXT   NOT NULL,
	state          TEXT   NOT NULL,
	version        BIGINT NOT NULL,
	evidence       TEXT   NOT NULL,
	opened_us      BIGINT NOT NULL,
	opened_by      TEXT   NOT NULL,
	confirmed_us   BIGINT NOT NULL DEFAULT 0,
	confirmed_by   TEXT   NOT NULL DEFAULT '',
	confirmed_name TEXT   NOT NULL DEFAULT '',
	CHECK (length(number) = 18),
	CHECK (state IN ('proposed', 'referred', 'closed'))
);

CREATE INDEX docket_case_unit ON docket_case (unit, opened_us, id);
CREATE INDEX docket_case_pending ON docket_case (unit, opened_us, id) WHERE state = 'proposed';

-- Directories: look-ups that do not know the case.
CREATE TABLE docket_number (
	number  TEXT NOT NULL PRIMARY KEY,
	case_id TEXT NOT NULL
);

CREATE TABLE docket_filing (
	filing  TEXT NOT NULL PRIMARY KEY,
	case_id TEXT NOT NULL
);

CREATE TABLE docket_party (
	case_id       TEXT    NOT NULL,
	id            TEXT    NOT NULL,
	side          TEXT    NOT NULL,
	person        TEXT    NOT NULL DEFAULT '',
	national_code TEXT    NOT NULL DEFAULT '',
	name          TEXT    NOT NULL,
	address       TEXT    NOT NULL DEFAULT '',
	province      TEXT    NOT NULL DEFAULT '',
	county        TEXT    NOT NULL DEFAULT '',
	abroad        BOOLEAN NOT NULL DEFAULT FALSE,
	PRIMARY KEY (case_id, id),
	CHECK (side IN ('plaintiff', 'defendant'))
);

-- The cases of a person.
CREATE TABLE docket_of_person (
	person    TEXT   NOT NULL,
	case_id   TEXT   NOT NULL,
	side      TEXT   NOT NULL,
	opened_us BIGINT NOT NULL,
	PRIMARY KEY (person, case_id)
);

-- The timeline. Staff see every entry, a side those marked for it.
CREATE TABLE docket_entry (
	case_id       TEXT    NOT NULL,
	id            TEXT    NOT NULL,
	kind          TEXT    NOT NULL,
	for_plaintiff BOOLEAN NOT NULL,
	for_defendant BOOLEAN NOT NULL,
	by_person     TEXT    NOT NULL DEFAULT '',
	by_role       TEXT    NOT NULL DEFAULT '',
	by_name       TEXT    NOT NULL DEFAULT '',
	subject       TEXT    NOT NULL DEFAULT '',
	evidence      TEXT    NOT NULL DEFAULT '',
	members       TEXT    NOT NULL DEFAULT '',
	idem          TEXT    NOT NULL,
	at_us         BIGINT  NOT NULL,
	PRIMARY KEY (case_id, id)
);

CREATE UNIQUE INDEX docket_entry_idem ON docket_entry (case_id, idem);
CREATE INDEX docket_entry_time ON docket_entry (case_id, at_us, id);

-- Which party of which case a notice went to.
CREATE TABLE docket_notice (
	case_id TEXT NOT NULL,
	notice  TEXT NOT NULL,
	party   TEXT NOT NULL,
	PRIMARY KEY (case_id, notice)
);

-- Computations of deadlines: added, never changed, but for the mark that a
-- later one has taken the place and the calendar it was last compared with.
CREATE TABLE docket_deadline (
	case_id       TEXT   NOT NULL,
	id            TEXT   NOT NULL,
	notice        TEXT   NOT NULL,
	seq           BIGINT NOT NULL,
	person        TEXT   NOT NULL,
	side          TEXT   NOT NULL,
	title_fa      TEXT   NOT NULL,
	title_en      TEXT   NOT NULL,
	rule          TEXT   NOT NULL,
	set_days      BIGINT NOT NULL DEFAULT 0,
	reason        TEXT   NOT NULL,
	reading       TEXT   NOT NULL,
	runs_from_us  BIGINT NOT NULL,
	safe_day      BIGINT NOT NULL,
	last_day      BIGINT NOT NULL,
	computation   TEXT   NOT NULL,
	compared_with TEXT   NOT NULL,
	evidence      TEXT   NOT NULL,
	made_us       BIGINT NOT NULL,
	superseded_by TEXT   NOT NULL DEFAULT '',
	superseded_us BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (case_id, id)
);

CREATE UNIQUE INDEX docket_deadline_seq ON docket_deadline (case_id, notice, seq);
CREATE INDEX docket_deadline_stands ON docket_deadline (last_day, case_id, id) WHERE superseded_us = 0;

-- What a person has to do by when: the deadlines that stand.
CREATE TABLE docket_due (
	person      TEXT   NOT NULL,
	case_id     TEXT   NOT NULL,
	notice      TEXT   NOT NULL,
	deadline    TEXT   NOT NULL,
	case_number TEXT   NOT NULL,
	title_fa    TEXT   NOT NULL,
	title_en    TEXT   NOT NULL,
	rule        TEXT   NOT NULL,
	safe_day    BIGINT NOT NULL,
	last_day    BIGINT NOT NULL,
	met_us      BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (person, case_id, notice)
);

-- +goose Down
DROP TABLE docket_due;
DROP TABLE docket_deadline;
DROP TABLE docket_notice;
DROP TABLE docket_entry;
DROP TABLE docket_of_person;
DROP TABLE docket_party;
DROP TABLE docket_filing;
DROP TABLE docket_number;
DROP TABLE docket_case;
DROP TABLE docket_counter;
DROP TABLE docket_branch;
DROP TABLE docket_court;
