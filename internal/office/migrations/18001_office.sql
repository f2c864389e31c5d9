-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- An office of electronic judicial services.
CREATE TABLE office_office (
	code       TEXT   NOT NULL PRIMARY KEY,
	name_fa    TEXT   NOT NULL,
	name_en    TEXT   NOT NULL,
	province   TEXT   NOT NULL,
	county     TEXT   NOT NULL,
	address    TEXT   NOT NULL,
	phone      TEXT   NOT NULL DEFAULT '',
	lat        BIGINT NOT NULL DEFAULT 0, -- millionths of a degree
	lon        BIGINT NOT NULL DEFAULT 0,
	state      TEXT   NOT NULL,
	from_day   BIGINT NOT NULL,
	until_day  BIGINT NOT NULL DEFAULT 0,
	source     TEXT   NOT NULL,
	created_us BIGINT NOT NULL,
	changed_us BIGINT NOT NULL
);
CREATE INDEX office_office_province ON office_office (province, code);

-- Every state it has been in, with who set it and why.
CREATE TABLE office_step (
	office TEXT   NOT NULL,
	id     TEXT   NOT NULL,
	state  TEXT   NOT NULL,
	why    TEXT   NOT NULL DEFAULT '',
	person TEXT   NOT NULL DEFAULT '',
	role   TEXT   NOT NULL,
	at_us  BIGINT NOT NULL,
	PRIMARY KEY (office, id)
);

-- +goose Down
DROP TABLE office_step;
DROP TABLE office_office;
