-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- A look at somebody's details from a counter. flagged: the client had not just
-- agreed by a code, and there is a written reason instead.
CREATE TABLE office_look (
	office   TEXT    NOT NULL,
	id       TEXT    NOT NULL,
	operator TEXT    NOT NULL,
	person   TEXT    NOT NULL,
	reason   TEXT    NOT NULL DEFAULT '',
	flagged  BOOLEAN NOT NULL,
	at_us    BIGINT  NOT NULL,
	PRIMARY KEY (office, id)
);
CREATE INDEX office_look_time ON office_look (office, at_us);
CREATE INDEX office_visit_person ON office_visit (office, person, done_us) WHERE person <> '';

-- +goose Down
DROP INDEX office_visit_person;
DROP TABLE office_look;
