-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- One row per notice, kept under the person with the account, or under the
-- case where there is no account. The paper is in notice_content, so that a
-- list reads narrow rows. Legal effect is not stored: it is computed.
CREATE TABLE notice_notice (
	owner            TEXT    NOT NULL,
	id               TEXT    NOT NULL,
	number           TEXT    NOT NULL,
	way              TEXT    NOT NULL,
	kind             TEXT    NOT NULL,
	case_id          TEXT    NOT NULL DEFAULT '',
	case_number      TEXT    NOT NULL DEFAULT '',
	unit             TEXT    NOT NULL DEFAULT '',
	unit_name        TEXT    NOT NULL DEFAULT '',
	unit_name_en     TEXT    NOT NULL DEFAULT '',
	addressee_name   TEXT    NOT NULL,
	title_fa         TEXT    NOT NULL,
	title_en         TEXT    NOT NULL,
	rule             TEXT    NOT NULL DEFAULT '',
	days             BIGINT  NOT NULL DEFAULT 0,
	abroad           BOOLEAN NOT NULL DEFAULT FALSE,
	province         TEXT    NOT NULL DEFAULT '',
	content_hash     TEXT    NOT NULL,
	issued_by        TEXT    NOT NULL,
	issued_role      TEXT    NOT NULL,
	issued_us        BIGINT  NOT NULL,
	arrived_us       BIGINT  NOT NULL DEFAULT 0,
	listed_us        BIGINT  NOT NULL DEFAULT 0,
	viewed_us        BIGINT  NOT NULL DEFAULT 0,
	viewed_by        TEXT    NOT NULL DEFAULT '',
	viewed_role      TEXT    NOT NULL DEFAULT '',
	evidence_issued  TEXT    NOT NULL,
	evidence_arrived TEXT    NOT NULL,
	evidence_viewed  TEXT    NOT NULL DEFAULT '',
	PRIMARY KEY (owner, id),
	CHECK (way IN ('electronic', 'paper')),
	CHECK ((way = 'electronic') = (arrived_us > 0)),
	CHECK (way = 'electronic' OR (listed_us = 0 AND viewed_us = 0))
);

CREATE INDEX notice_notice_inbox ON notice_notice (owner, arrived_us, id) WHERE way = 'electronic';
CREATE INDEX notice_notice_unviewed ON notice_notice (owner, arrived_us, id) WHERE way = 'electronic' AND viewed_us = 0;

CREATE TABLE notice_content (
	owner  TEXT  NOT NULL,
	notice TEXT  NOT NULL,
	body   BYTEA NOT NULL,
	PRIMARY KEY (owner, notice)
);

-- Directories: look-ups that do not know the owner.
CREATE TABLE notice_key (
	idem   TEXT NOT NULL PRIMARY KEY,
	notice TEXT NOT NULL,
	owner  TEXT NOT NULL
);

CREATE TABLE notice_number (
	number TEXT NOT NULL PRIMARY KEY,
	notice TEXT NOT NULL,
	owner  TEXT NOT NULL
);

-- Attempts to alert the owner by text message. No legal effect.
CREATE TABLE notice_alert (
	owner    TEXT   NOT NULL,
	notice   TEXT   NOT NULL,
	attempt  BIGINT NOT NULL,
	state    TEXT   NOT NULL,
	code     TEXT   NOT NULL DEFAULT '',
	provider TEXT   NOT NULL DEFAULT '',
	at_us    BIGINT NOT NULL,
	PRIMARY KEY (owner, notice, attempt),
	CHECK (state IN ('queued', 'sent', 'failed', 'dead'))
);

-- Work items of a unit: serve this notice on paper.
CREATE TABLE notice_paper_task (
	unit      TEXT   NOT NULL,
	id        TEXT   NOT NULL,
	notice    TEXT   NOT NULL,
	owner     TEXT   NOT NULL,
	reason    TEXT   NOT NULL,
	opened_us BIGINT NOT NULL,
	closed_us BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (unit, id)
);

-- +goose Down
DROP TABLE notice_paper_task;
DROP TABLE notice_alert;
DROP TABLE notice_number;
DROP TABLE notice_key;
DROP TABLE notice_content;
DROP TABLE notice_notice;
