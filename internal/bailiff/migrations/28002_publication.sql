-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- Calls to people whom nobody can reach (by-law article 16).
CREATE TABLE bailiff_publication (
	unit         TEXT    NOT NULL,
	id           TEXT    NOT NULL,            -- of the task
	state        TEXT    NOT NULL,
	asked_by     TEXT    NOT NULL,
	asked_label  TEXT    NOT NULL,
	asked_why    TEXT    NOT NULL,
	asked_us     BIGINT  NOT NULL,
	decided_by   TEXT    NOT NULL DEFAULT '',
	decided_why  TEXT    NOT NULL DEFAULT '',
	decided_us   BIGINT  NOT NULL DEFAULT 0,
	withheld     BOOLEAN NOT NULL DEFAULT FALSE, -- note 1: what it is about is not printed
	title_fa     TEXT    NOT NULL DEFAULT '',
	title_en     TEXT    NOT NULL DEFAULT '',
	sender_fa    TEXT    NOT NULL DEFAULT '',
	sender_en    TEXT    NOT NULL DEFAULT '',
	party_name   TEXT    NOT NULL DEFAULT '',
	case_number  TEXT    NOT NULL DEFAULT '',
	number       TEXT    NOT NULL DEFAULT '',
	published_us BIGINT  NOT NULL DEFAULT 0,
	day          BIGINT  NOT NULL DEFAULT 0,
	until_us     BIGINT  NOT NULL DEFAULT 0,
	evidence     TEXT    NOT NULL DEFAULT '',
	PRIMARY KEY (unit, id),
	CHECK (state IN ('asked', 'refused', 'published', 'withdrawn'))
);

CREATE INDEX bailiff_publication_day ON bailiff_publication (day, unit, id) WHERE state = 'published';

-- Where the calls of a day were printed.
CREATE TABLE bailiff_printed (
	day       BIGINT NOT NULL,
	id        TEXT   NOT NULL,
	newspaper TEXT   NOT NULL,
	issue     TEXT   NOT NULL,
	page      TEXT   NOT NULL DEFAULT '',
	printed   BIGINT NOT NULL,               -- the day on which it appeared
	calls     BIGINT NOT NULL,
	sha256    TEXT   NOT NULL,               -- of the list that was handed over
	told_by   TEXT   NOT NULL,
	told_us   BIGINT NOT NULL,
	evidence  TEXT   NOT NULL,
	PRIMARY KEY (day, id)
);

-- +goose Down
DROP TABLE bailiff_printed;
DROP TABLE bailiff_publication;
