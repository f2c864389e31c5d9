-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
-- What a person has done about a notice. It may come before the job that
-- computes the notice's deadline, so it is a fact of its own and not a mark on
-- the deadline: docket_due.met_us is not read any more.
CREATE TABLE docket_met (
	person  TEXT   NOT NULL,
	case_id TEXT   NOT NULL,
	notice  TEXT   NOT NULL,
	at_us   BIGINT NOT NULL,
	PRIMARY KEY (person, case_id, notice)
);

INSERT INTO docket_met (person, case_id, notice, at_us)
SELECT person, case_id, notice, met_us FROM docket_due WHERE met_us > 0;

-- The calendar that all deadlines were last compared with: one row.
CREATE TABLE docket_compared (
	id       BIGINT  NOT NULL PRIMARY KEY CHECK (id = 1),
	calendar TEXT    NOT NULL,
	since_us BIGINT  NOT NULL,
	settled  BOOLEAN NOT NULL
);

-- +goose Down
DROP TABLE docket_compared;
DROP TABLE docket_met;
