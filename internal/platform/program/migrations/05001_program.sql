-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- Keys of other organisations' programs. Only the hash is kept. purpose is whose keys
-- they are in the code; owner is an organisation.
CREATE TABLE program_key (
	purpose    TEXT   NOT NULL,
	owner      TEXT   NOT NULL,
	id         TEXT   NOT NULL,
	label      TEXT   NOT NULL,
	prefix     TEXT   NOT NULL,            -- the beginning, by which people know it
	hash       TEXT   NOT NULL,
	scopes     TEXT   NOT NULL,            -- with a space between
	unit       TEXT   NOT NULL,            -- of the owner; '' is the whole
	level      BIGINT NOT NULL,            -- how surely it was known who made it
	made_by    TEXT   NOT NULL,
	made_us    BIGINT NOT NULL,
	expires_us BIGINT NOT NULL,
	revoked_us BIGINT NOT NULL DEFAULT 0,
	used_us    BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (purpose, owner, id)
);
CREATE UNIQUE INDEX program_key_hash ON program_key (hash);

-- Where programs are told what happens. Secrets are sealed. What could not be told is
-- work for the owner from work_us on.
CREATE TABLE program_hook (
	purpose      TEXT   NOT NULL,
	owner        TEXT   NOT NULL,
	url          TEXT   NOT NULL,
	secret       BYTEA  NOT NULL,
	old_secret   BYTEA  NOT NULL,
	old_until_us BIGINT NOT NULL DEFAULT 0,
	failing_us   BIGINT NOT NULL DEFAULT 0,
	stopped_us   BIGINT NOT NULL DEFAULT 0,
	work_us      BIGINT NOT NULL DEFAULT 0,
	last_us      BIGINT NOT NULL DEFAULT 0, -- the last failure
	last_status  BIGINT NOT NULL DEFAULT 0, -- and its answer; 0: none
	trying_us    BIGINT NOT NULL DEFAULT 0, -- what was given up is being told again
	made_by      TEXT   NOT NULL,
	changed_us   BIGINT NOT NULL,
	PRIMARY KEY (purpose, owner)
);
CREATE INDEX program_hook_work ON program_hook (purpose, work_us) WHERE work_us > 0;

CREATE TABLE program_delivery (
	purpose TEXT   NOT NULL,
	owner   TEXT   NOT NULL,
	id      TEXT   NOT NULL,               -- rises with time
	event   TEXT   NOT NULL,
	payload TEXT   NOT NULL,
	state   TEXT   NOT NULL,
	tries   BIGINT NOT NULL DEFAULT 0,
	status  BIGINT NOT NULL DEFAULT 0,     -- the last answer; 0: none
	next_us BIGINT NOT NULL DEFAULT 0,
	made_us BIGINT NOT NULL,
	done_us BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (purpose, owner, id),
	CHECK (state IN ('waiting', 'done', 'failed', 'left'))
);
CREATE INDEX program_delivery_failed ON program_delivery (purpose, owner, id) WHERE state = 'failed';

-- +goose Down
DROP TABLE program_delivery;
DROP TABLE program_hook;
DROP TABLE program_key;
