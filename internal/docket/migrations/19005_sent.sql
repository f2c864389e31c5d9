-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
-- What a party was sent by the court, once: neither the same paper twice nor
-- the same act with two papers.
CREATE TABLE docket_sent (
	case_id   TEXT   NOT NULL,
	party     TEXT   NOT NULL,
	same      TEXT   NOT NULL,
	act       TEXT   NOT NULL,
	kind      TEXT   NOT NULL,
	by_person TEXT   NOT NULL,
	by_name   TEXT   NOT NULL,
	at_us     BIGINT NOT NULL,
	PRIMARY KEY (case_id, party, same)
);

CREATE UNIQUE INDEX docket_sent_act ON docket_sent (case_id, party, act);

CREATE TABLE docket_hearing (
	case_id  TEXT   NOT NULL,
	id       TEXT   NOT NULL,
	at_us    BIGINT NOT NULL,
	place    TEXT   NOT NULL,
	evidence TEXT   NOT NULL,
	made_us  BIGINT NOT NULL,
	PRIMARY KEY (case_id, id)
);

CREATE UNIQUE INDEX docket_hearing_at ON docket_hearing (case_id, at_us);

-- +goose Down
DROP TABLE docket_hearing;
DROP TABLE docket_sent;
