-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
CREATE TABLE authority_county (
	province TEXT NOT NULL,
	county   TEXT NOT NULL,
	name_fa  TEXT NOT NULL,
	name_en  TEXT NOT NULL,
	PRIMARY KEY (province, county)
);

CREATE TABLE authority_unit (
	code     TEXT NOT NULL PRIMARY KEY,
	kind     TEXT NOT NULL,
	province TEXT NOT NULL,
	county   TEXT NOT NULL,
	name_fa  TEXT NOT NULL,
	name_en  TEXT NOT NULL
);

CREATE TABLE authority_branch (
	unit    TEXT NOT NULL,
	number  TEXT NOT NULL,
	name_fa TEXT NOT NULL,
	name_en TEXT NOT NULL,
	PRIMARY KEY (unit, number)
);

CREATE TABLE authority_district (
	province TEXT NOT NULL,
	county   TEXT NOT NULL,
	kind     TEXT NOT NULL,
	unit     TEXT NOT NULL,
	PRIMARY KEY (province, county, kind, unit)
);

CREATE INDEX authority_district_unit ON authority_district (unit);

CREATE TABLE authority_threshold (
	code         TEXT   NOT NULL,
	from_day     BIGINT NOT NULL,
	version      BIGINT NOT NULL,
	value        BIGINT NOT NULL,
	citation_fa  TEXT   NOT NULL,
	citation_en  TEXT   NOT NULL,
	note_fa      TEXT   NOT NULL DEFAULT '',
	note_en      TEXT   NOT NULL DEFAULT '',
	published_by TEXT   NOT NULL,
	published_us BIGINT NOT NULL,
	PRIMARY KEY (code, from_day, version)
);

CREATE TABLE authority_load (
	name      TEXT   NOT NULL PRIMARY KEY,
	hash      TEXT   NOT NULL,
	loaded_by TEXT   NOT NULL,
	loaded_us BIGINT NOT NULL
);

-- +goose Down
DROP TABLE authority_load;
DROP TABLE authority_threshold;
DROP TABLE authority_district;
DROP TABLE authority_branch;
DROP TABLE authority_unit;
DROP TABLE authority_county;
