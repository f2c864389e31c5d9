-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
CREATE TABLE jobs_job (
	id          TEXT   NOT NULL PRIMARY KEY,
	kind        TEXT   NOT NULL,
	args        TEXT   NOT NULL,
	state       TEXT   NOT NULL DEFAULT 'open',
	unique_key  TEXT   NOT NULL DEFAULT '',
	due_us      BIGINT NOT NULL,
	lease_by    TEXT   NOT NULL DEFAULT '',
	attempt     BIGINT NOT NULL DEFAULT 0,
	attempts    BIGINT NOT NULL,
	error       TEXT   NOT NULL DEFAULT '',
	created_us  BIGINT NOT NULL,
	finished_us BIGINT NOT NULL DEFAULT 0,
	CHECK (state IN ('open', 'done', 'dead'))
);

CREATE INDEX jobs_job_due ON jobs_job (due_us, id) WHERE state = 'open';
CREATE UNIQUE INDEX jobs_job_unique ON jobs_job (kind, unique_key) WHERE unique_key <> '' AND state = 'open';
CREATE INDEX jobs_job_finished ON jobs_job (finished_us, id) WHERE state <> 'open';

-- +goose Down
DROP TABLE jobs_job;
