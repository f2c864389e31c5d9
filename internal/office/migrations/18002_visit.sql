-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- What is done for one client at the counter of an office. What was entered for
-- somebody who has no account in the end is wiped, see sweep.go.
CREATE TABLE office_visit (
	office      TEXT    NOT NULL,
	id          TEXT    NOT NULL,
	kind        TEXT    NOT NULL, -- register, raise
	state       TEXT    NOT NULL, -- asked, done
	operator    TEXT    NOT NULL,
	person      TEXT    NOT NULL DEFAULT '',
	class       TEXT    NOT NULL DEFAULT '',
	number      TEXT    NOT NULL DEFAULT '',
	number_kind TEXT    NOT NULL DEFAULT '', -- '' is the national code
	country     TEXT    NOT NULL DEFAULT '',
	birth       BIGINT  NOT NULL DEFAULT 0,
	mobile      TEXT    NOT NULL DEFAULT '',
	email       TEXT    NOT NULL DEFAULT '',
	lang        TEXT    NOT NULL DEFAULT 'fa',
	first_name  TEXT    NOT NULL DEFAULT '',
	last_name   TEXT    NOT NULL DEFAULT '',
	father_name TEXT    NOT NULL DEFAULT '',
	code        TEXT    NOT NULL DEFAULT '', -- id of the code that was sent to the client
	consent     TEXT    NOT NULL DEFAULT '', -- code, slip
	picture     TEXT    NOT NULL DEFAULT '', -- key of the blob
	signature   TEXT    NOT NULL DEFAULT '',
	fingerprint TEXT    NOT NULL DEFAULT '', -- reference of the device
	claim       TEXT    NOT NULL DEFAULT '',
	created_us  BIGINT  NOT NULL,
	done_us     BIGINT  NOT NULL DEFAULT 0,
	PRIMARY KEY (office, id)
);
CREATE INDEX office_visit_operator ON office_visit (office, operator, done_us);
CREATE INDEX office_visit_picture ON office_visit (picture) WHERE picture <> '';
CREATE INDEX office_visit_signature ON office_visit (signature) WHERE signature <> '';
CREATE INDEX office_visit_open ON office_visit (created_us) WHERE state = 'asked';

-- +goose Down
DROP TABLE office_visit;
