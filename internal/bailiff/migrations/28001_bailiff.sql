-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- One notice to be served on paper. Its id is that of the notice.
CREATE TABLE bailiff_task (
	unit            TEXT    NOT NULL,
	id              TEXT    NOT NULL,
	case_id         TEXT    NOT NULL,
	case_number     TEXT    NOT NULL DEFAULT '',
	number          TEXT    NOT NULL,             -- of the notice
	kind            TEXT    NOT NULL,             -- of the notice
	title_fa        TEXT    NOT NULL,
	title_en        TEXT    NOT NULL,
	sender_fa       TEXT    NOT NULL DEFAULT '',
	sender_en       TEXT    NOT NULL DEFAULT '',
	case_kind       TEXT    NOT NULL DEFAULT '',
	addressee       TEXT    NOT NULL DEFAULT 'person',
	party_name      TEXT    NOT NULL,
	national_code   TEXT    NOT NULL DEFAULT '',
	entity_id       TEXT    NOT NULL DEFAULT '',
	address         TEXT    NOT NULL DEFAULT '',
	province        TEXT    NOT NULL DEFAULT '',
	county          TEXT    NOT NULL DEFAULT '',
	concealed       BOOLEAN NOT NULL DEFAULT FALSE, -- the address is for its bailiff only
	reason          TEXT    NOT NULL,
	state           TEXT    NOT NULL,
	round           BIGINT  NOT NULL DEFAULT 1,   -- 1 for the address of the case, 2 for the next one
	attempts        BIGINT  NOT NULL DEFAULT 0,
	outcome         TEXT    NOT NULL DEFAULT '',  -- code of the last one that counted
	bailiff         TEXT    NOT NULL DEFAULT '',
	bailiff_label   TEXT    NOT NULL DEFAULT '',
	place           BIGINT  NOT NULL DEFAULT 0,   -- in the bailiff's route
	due_us          BIGINT  NOT NULL DEFAULT 0,
	opened_us       BIGINT  NOT NULL,
	assigned_us     BIGINT  NOT NULL DEFAULT 0,
	changed_us      BIGINT  NOT NULL,
	PRIMARY KEY (unit, id),
	CHECK (state IN ('open', 'assigned', 'served', 'failed', 'asked', 'published', 'withdrawn'))
);

CREATE INDEX bailiff_task_state ON bailiff_task (unit, state, opened_us, id);
CREATE INDEX bailiff_task_route ON bailiff_task (bailiff, state, place, id);
CREATE INDEX bailiff_task_case ON bailiff_task (case_id, id);
CREATE INDEX bailiff_task_code ON bailiff_task (national_code, id) WHERE national_code <> '' AND state IN ('open', 'assigned', 'failed', 'asked');

-- Who was given a task, in order.
CREATE TABLE bailiff_assignment (
	unit     TEXT   NOT NULL,
	task     TEXT   NOT NULL,
	id       TEXT   NOT NULL,
	bailiff  TEXT   NOT NULL,
	label    TEXT   NOT NULL,
	given_by TEXT   NOT NULL,
	at_us    BIGINT NOT NULL,
	PRIMARY KEY (unit, task, id)
);

-- What a bailiff says happened. Rows are added, never changed.
CREATE TABLE bailiff_attempt (
	unit        TEXT    NOT NULL,
	task        TEXT    NOT NULL,
	id          TEXT    NOT NULL,             -- made where it was recorded: the key of the act
	round       BIGINT  NOT NULL,
	bailiff     TEXT    NOT NULL,
	label       TEXT    NOT NULL,             -- the bailiff's name
	code        TEXT    NOT NULL,
	class       TEXT    NOT NULL,
	taken_by    TEXT    NOT NULL DEFAULT '',
	relation    TEXT    NOT NULL DEFAULT '',
	note        TEXT    NOT NULL DEFAULT '',
	at_us       BIGINT  NOT NULL,             -- when it happened, by the server's clock as far as it can be told
	device_us   BIGINT  NOT NULL,             -- the same by the device's clock
	sent_us     BIGINT  NOT NULL DEFAULT 0,   -- the device's clock when it sent
	elapsed_ms  BIGINT  NOT NULL DEFAULT -1,  -- between the two by the device's steady clock; -1: not known
	received_us BIGINT  NOT NULL,
	offline     BOOLEAN NOT NULL DEFAULT FALSE,
	lat_e6      BIGINT  NOT NULL DEFAULT 0,
	lon_e6      BIGINT  NOT NULL DEFAULT 0,
	accuracy_m  BIGINT  NOT NULL DEFAULT 0,
	no_place    TEXT    NOT NULL DEFAULT '',
	photo       TEXT    NOT NULL DEFAULT '',
	signature   TEXT    NOT NULL DEFAULT '',
	content     TEXT    NOT NULL,             -- hash of what was said: the same key says the same
	counted     BOOLEAN NOT NULL,
	why         TEXT    NOT NULL DEFAULT '',  -- why it was not
	evidence    TEXT    NOT NULL,
	PRIMARY KEY (unit, task, id)
);

-- Other addresses, and what else a clerk did with a task.
CREATE TABLE bailiff_step (
	unit     TEXT   NOT NULL,
	task     TEXT   NOT NULL,
	id       TEXT   NOT NULL,
	kind     TEXT   NOT NULL,
	why      TEXT   NOT NULL DEFAULT '',
	done_by  TEXT   NOT NULL DEFAULT '',
	by_label TEXT   NOT NULL DEFAULT '',
	evidence TEXT   NOT NULL DEFAULT '',
	at_us    BIGINT NOT NULL,
	PRIMARY KEY (unit, task, id)
);

-- +goose Down
DROP TABLE bailiff_step;
DROP TABLE bailiff_attempt;
DROP TABLE bailiff_assignment;
DROP TABLE bailiff_task;
