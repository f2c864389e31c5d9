-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- Contracts of other organisations that serve their own notices here. body is the
-- account of the government body. The newest one counts.
CREATE TABLE sender_contract (
	body       TEXT   NOT NULL,
	id         TEXT   NOT NULL,
	title_fa   TEXT   NOT NULL,             -- the body's name as people see it
	title_en   TEXT   NOT NULL,
	code       TEXT   NOT NULL,             -- of the body, as the sender in evidence
	number     TEXT   NOT NULL,
	basis      TEXT   NOT NULL,
	why        TEXT   NOT NULL,
	contact    TEXT   NOT NULL,
	phone      TEXT   NOT NULL,
	kinds      TEXT   NOT NULL,
	volume     BIGINT NOT NULL,
	state      TEXT   NOT NULL,
	applied_by TEXT   NOT NULL,
	applied_us BIGINT NOT NULL,
	decided_by TEXT   NOT NULL DEFAULT '',
	decided_us BIGINT NOT NULL DEFAULT 0,
	reason     TEXT   NOT NULL DEFAULT '',
	from_day   BIGINT NOT NULL DEFAULT 0,
	until_day  BIGINT NOT NULL DEFAULT 0,
	per_day    BIGINT NOT NULL DEFAULT 0,
	per_month  BIGINT NOT NULL DEFAULT 0,
	per_second BIGINT NOT NULL DEFAULT 0,
	version    BIGINT NOT NULL DEFAULT 1,
	evidence   TEXT   NOT NULL,
	PRIMARY KEY (body, id),
	CHECK (state IN ('applied', 'approved', 'refused', 'suspended', 'ended'))
);
-- One that is not over: a second application waits for the first.
CREATE UNIQUE INDEX sender_contract_open ON sender_contract (body) WHERE state IN ('applied', 'approved', 'suspended');

CREATE TABLE sender_template (
	body       TEXT   NOT NULL,
	id         TEXT   NOT NULL,
	version    BIGINT NOT NULL,
	kind       TEXT   NOT NULL,
	subject_fa TEXT   NOT NULL,
	subject_en TEXT   NOT NULL,
	text_fa    TEXT   NOT NULL,
	text_en    TEXT   NOT NULL,
	fields     TEXT   NOT NULL,             -- JSON
	state      TEXT   NOT NULL,
	made_by    TEXT   NOT NULL,
	made_us    BIGINT NOT NULL,
	decided_by TEXT   NOT NULL DEFAULT '',
	decided_us BIGINT NOT NULL DEFAULT 0,
	reason     TEXT   NOT NULL DEFAULT '',
	evidence   TEXT   NOT NULL,
	PRIMARY KEY (body, id, version),
	CHECK (state IN ('waiting', 'approved', 'refused'))
);
CREATE INDEX sender_template_waiting ON sender_template (made_us) WHERE state = 'waiting';

CREATE TABLE sender_key (
	body       TEXT    NOT NULL,
	id         TEXT    NOT NULL,
	label      TEXT    NOT NULL,
	prefix     TEXT    NOT NULL,            -- the beginning, by which people know it
	hash       TEXT    NOT NULL,
	test       BOOLEAN NOT NULL,
	made_by    TEXT    NOT NULL,
	made_us    BIGINT  NOT NULL,
	expires_us BIGINT  NOT NULL,
	revoked_us BIGINT  NOT NULL DEFAULT 0,
	used_us    BIGINT  NOT NULL DEFAULT 0,
	PRIMARY KEY (body, id)
);
CREATE UNIQUE INDEX sender_key_hash ON sender_key (hash);

CREATE TABLE sender_notice (
	body      TEXT    NOT NULL,
	id        TEXT    NOT NULL,
	test      BOOLEAN NOT NULL,
	reference TEXT    NOT NULL,             -- the body's own, once
	asked     TEXT    NOT NULL,             -- keyed hash of what was asked for
	template  TEXT    NOT NULL,
	version   BIGINT  NOT NULL,
	notice    TEXT    NOT NULL,             -- '' if it was not possible, or a test
	number    TEXT    NOT NULL,
	state     TEXT    NOT NULL,
	sent_us   BIGINT  NOT NULL,
	viewed_us BIGINT  NOT NULL DEFAULT 0,
	deemed_us BIGINT  NOT NULL DEFAULT 0,
	used_key  TEXT    NOT NULL,
	evidence  TEXT    NOT NULL,
	PRIMARY KEY (body, id),
	CHECK (state IN ('arrived', 'not_possible'))
);
CREATE UNIQUE INDEX sender_notice_reference ON sender_notice (body, test, reference);
CREATE INDEX sender_notice_of ON sender_notice (notice) WHERE notice <> '';

-- How many were sent in a second, a day and a month, and how many reached nobody.
CREATE TABLE sender_count (
	body TEXT    NOT NULL,
	test BOOLEAN NOT NULL,
	span TEXT    NOT NULL,
	n    BIGINT  NOT NULL,
	PRIMARY KEY (body, test, span)
);

-- Where a body's program is told what became of a notice. Secrets are sealed.
CREATE TABLE sender_hook (
	body         TEXT   NOT NULL PRIMARY KEY,
	url          TEXT   NOT NULL,
	secret       BYTEA  NOT NULL,
	old_secret   BYTEA  NOT NULL,
	old_until_us BIGINT NOT NULL DEFAULT 0,
	failing_us   BIGINT NOT NULL DEFAULT 0,
	stopped_us   BIGINT NOT NULL DEFAULT 0,
	made_by      TEXT   NOT NULL,
	changed_us   BIGINT NOT NULL
);

CREATE TABLE sender_delivery (
	body    TEXT   NOT NULL,
	id      TEXT   NOT NULL,
	sent    TEXT   NOT NULL,                -- the row of sender_notice
	event   TEXT   NOT NULL,
	payload TEXT   NOT NULL,
	state   TEXT   NOT NULL,
	tries   BIGINT NOT NULL DEFAULT 0,
	status  BIGINT NOT NULL DEFAULT 0,      -- the last answer; 0: none
	next_us BIGINT NOT NULL DEFAULT 0,
	made_us BIGINT NOT NULL,
	done_us BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (body, id),
	CHECK (state IN ('waiting', 'done', 'failed'))
);

-- +goose Down
DROP TABLE sender_delivery;
DROP TABLE sender_hook;
DROP TABLE sender_count;
DROP TABLE sender_notice;
DROP TABLE sender_key;
DROP TABLE sender_template;
DROP TABLE sender_contract;
