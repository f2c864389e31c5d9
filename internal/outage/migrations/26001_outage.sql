-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- The times in which a part of the service could not be used, as they stand now.
CREATE TABLE outage_interval (
	id TEXT NOT NULL PRIMARY KEY,
	version BIGINT NOT NULL,
	part TEXT NOT NULL,
	from_us BIGINT NOT NULL,
	to_us BIGINT NOT NULL,                -- 0: it lasts
	cause TEXT NOT NULL,                  -- ours, theirs, planned
	origin TEXT NOT NULL,                 -- automatic, found, declared
	text_fa TEXT NOT NULL,
	text_en TEXT NOT NULL,
	withdrawn BOOLEAN NOT NULL,
	evidence_id TEXT NOT NULL,
	changed_us BIGINT NOT NULL
);

CREATE INDEX outage_interval_time ON outage_interval (from_us, to_us);
-- What the probes opened is open once.
CREATE UNIQUE INDEX outage_interval_probed ON outage_interval (part) WHERE to_us = 0 AND NOT withdrawn AND origin <> 'declared';

-- Every version of them. Rows are appended and never changed.
CREATE TABLE outage_version (
	interval_id TEXT NOT NULL,
	version BIGINT NOT NULL,
	act TEXT NOT NULL,                    -- opened, closed, reopened, corrected, withdrawn
	part TEXT NOT NULL,
	from_us BIGINT NOT NULL,
	to_us BIGINT NOT NULL,
	cause TEXT NOT NULL,
	origin TEXT NOT NULL,
	text_fa TEXT NOT NULL,
	text_en TEXT NOT NULL,
	withdrawn BOOLEAN NOT NULL,
	reason TEXT NOT NULL,
	by_person TEXT NOT NULL,              -- '': the program
	by_role TEXT NOT NULL,
	evidence_id TEXT NOT NULL,
	changed_us BIGINT NOT NULL,
	PRIMARY KEY (interval_id, version)
);
