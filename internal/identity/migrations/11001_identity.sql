-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
CREATE TABLE identity_person (
	id            TEXT   NOT NULL PRIMARY KEY,
	judicial_id   TEXT   NOT NULL,
	national_code TEXT   NOT NULL,
	first_name    TEXT   NOT NULL,
	last_name     TEXT   NOT NULL,
	father_name   TEXT   NOT NULL DEFAULT '',
	birth         BIGINT NOT NULL,
	mobile        TEXT   NOT NULL,
	assurance     BIGINT NOT NULL,
	lang          TEXT   NOT NULL DEFAULT 'fa',
	password      TEXT   NOT NULL DEFAULT '',
	password_us   BIGINT NOT NULL DEFAULT 0,
	created_us    BIGINT NOT NULL
);

-- Directories: look-ups that do not know the owner.
CREATE TABLE identity_by_national_code (
	national_code TEXT NOT NULL PRIMARY KEY,
	person        TEXT NOT NULL
);
CREATE TABLE identity_by_judicial_id (
	judicial_id TEXT NOT NULL PRIMARY KEY,
	person      TEXT NOT NULL
);

CREATE TABLE identity_capacity (
	person     TEXT   NOT NULL,
	id         TEXT   NOT NULL,
	role       TEXT   NOT NULL,
	unit       TEXT   NOT NULL DEFAULT '',
	branch     TEXT   NOT NULL DEFAULT '',
	title_fa   TEXT   NOT NULL,
	title_en   TEXT   NOT NULL,
	from_day   BIGINT NOT NULL,
	until_day  BIGINT NOT NULL DEFAULT 0,
	source     TEXT   NOT NULL,
	created_us BIGINT NOT NULL,
	ended_us   BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (person, id)
);

CREATE TABLE identity_registration (
	id            TEXT   NOT NULL PRIMARY KEY,
	national_code TEXT   NOT NULL,
	birth         BIGINT NOT NULL,
	mobile        TEXT   NOT NULL,
	lang          TEXT   NOT NULL,
	state         TEXT   NOT NULL,
	cause         TEXT   NOT NULL DEFAULT '',
	first_name    TEXT   NOT NULL DEFAULT '',
	last_name     TEXT   NOT NULL DEFAULT '',
	father_name   TEXT   NOT NULL DEFAULT '',
	code          TEXT   NOT NULL DEFAULT '',
	person        TEXT   NOT NULL DEFAULT '',
	tries         BIGINT NOT NULL DEFAULT 0,
	next_us       BIGINT NOT NULL DEFAULT 0,
	invite_hash   TEXT   NOT NULL DEFAULT '',
	created_us    BIGINT NOT NULL,
	changed_us    BIGINT NOT NULL,
	CHECK (state IN ('open', 'waiting', 'ready', 'refused', 'code', 'proved', 'known', 'done'))
);
CREATE INDEX identity_registration_waiting ON identity_registration (next_us, id) WHERE state = 'waiting';
CREATE INDEX identity_registration_changed ON identity_registration (changed_us);
CREATE UNIQUE INDEX identity_registration_invite ON identity_registration (invite_hash) WHERE invite_hash <> '';

CREATE TABLE identity_code (
	id         TEXT   NOT NULL PRIMARY KEY,
	purpose    TEXT   NOT NULL,
	subject    TEXT   NOT NULL,
	person     TEXT   NOT NULL DEFAULT '',
	mobile     TEXT   NOT NULL,
	lang       TEXT   NOT NULL DEFAULT 'fa',
	tries      BIGINT NOT NULL DEFAULT 0,
	sent_us    BIGINT NOT NULL,
	expires_us BIGINT NOT NULL,
	checked_us BIGINT NOT NULL DEFAULT 0,
	used_us    BIGINT NOT NULL DEFAULT 0,
	used_by    TEXT   NOT NULL DEFAULT '',
	sms        TEXT   NOT NULL DEFAULT 'queued',
	CHECK (sms IN ('queued', 'sent', 'failing', 'refused'))
);
-- At most one living code for one subject.
CREATE UNIQUE INDEX identity_code_living ON identity_code (purpose, subject) WHERE used_us = 0;
CREATE INDEX identity_code_expires ON identity_code (expires_us);

CREATE TABLE identity_limit (
	key    TEXT   NOT NULL PRIMARY KEY,
	tat_us BIGINT NOT NULL
);
CREATE INDEX identity_limit_tat ON identity_limit (tat_us);

CREATE TABLE identity_signin (
	person  TEXT   NOT NULL,
	id      TEXT   NOT NULL,
	at_us   BIGINT NOT NULL,
	address TEXT   NOT NULL DEFAULT '',
	method  TEXT   NOT NULL,
	PRIMARY KEY (person, id)
);

CREATE TABLE identity_access (
	subject TEXT   NOT NULL,
	id      TEXT   NOT NULL,
	at_us   BIGINT NOT NULL,
	person  TEXT   NOT NULL DEFAULT '',
	name    TEXT   NOT NULL DEFAULT '',
	role    TEXT   NOT NULL,
	unit    TEXT   NOT NULL DEFAULT '',
	what    TEXT   NOT NULL,
	why     TEXT   NOT NULL DEFAULT '',
	object  TEXT   NOT NULL DEFAULT '',
	PRIMARY KEY (subject, id)
);

-- +goose Down
DROP TABLE identity_access;
DROP TABLE identity_signin;
DROP TABLE identity_limit;
DROP TABLE identity_code;
DROP TABLE identity_registration;
DROP TABLE identity_capacity;
DROP TABLE identity_by_judicial_id;
DROP TABLE identity_by_national_code;
DROP TABLE identity_person;
