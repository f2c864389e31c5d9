-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- What a notice says about the term that it starts, and what a judge has decided
-- about its service: served_us is the day of service by that decision, stopped
-- says that service was set aside. same is equal for the same paper to several
-- parties, whose longest term helps them all (CPC 447).
CREATE TABLE docket_term (
	case_id    TEXT    NOT NULL,
	notice     TEXT    NOT NULL,
	party      TEXT    NOT NULL,
	side       TEXT    NOT NULL,
	rule       TEXT    NOT NULL,
	set_days   BIGINT  NOT NULL,
	abroad     BOOLEAN NOT NULL,
	province   TEXT    NOT NULL,
	title_fa   TEXT    NOT NULL,
	title_en   TEXT    NOT NULL,
	same       TEXT    NOT NULL,
	served_us  BIGINT  NOT NULL DEFAULT 0,
	stopped    BOOLEAN NOT NULL DEFAULT FALSE,
	reason     TEXT    NOT NULL DEFAULT '',
	evidence   TEXT    NOT NULL DEFAULT '',
	decided_us BIGINT  NOT NULL DEFAULT 0,
	PRIMARY KEY (case_id, notice)
);

CREATE INDEX docket_term_same ON docket_term (case_id, same);

-- Which deadlines an outage has moved, so that a correction of it finds them.
CREATE TABLE docket_outage (
	outage   TEXT NOT NULL,
	case_id  TEXT NOT NULL,
	deadline TEXT NOT NULL,
	PRIMARY KEY (outage, case_id, deadline)
);

-- Hearings that could not be held, and the hearing that was set instead (CPC 448).
CREATE TABLE docket_postponed (
	case_id   TEXT   NOT NULL,
	hearing   TEXT   NOT NULL,
	instead   TEXT   NOT NULL,
	was_day   BIGINT NOT NULL,
	now_day   BIGINT NOT NULL,
	reason    TEXT   NOT NULL,
	evidence  TEXT   NOT NULL,
	by_person TEXT   NOT NULL,
	at_us     BIGINT NOT NULL,
	PRIMARY KEY (case_id, hearing)
);

-- Deadlines that moved, for the desks of the unit.
CREATE TABLE docket_change (
	unit        TEXT   NOT NULL,
	at_us       BIGINT NOT NULL,
	id          TEXT   NOT NULL,
	case_id     TEXT   NOT NULL,
	deadline    TEXT   NOT NULL,
	case_number TEXT   NOT NULL,
	title_fa    TEXT   NOT NULL,
	title_en    TEXT   NOT NULL,
	from_day    BIGINT NOT NULL,
	to_day      BIGINT NOT NULL,
	reason      TEXT   NOT NULL,
	PRIMARY KEY (unit, at_us, id)
);

-- +goose Down
DROP TABLE docket_change;
DROP TABLE docket_postponed;
DROP TABLE docket_outage;
DROP TABLE docket_term;
