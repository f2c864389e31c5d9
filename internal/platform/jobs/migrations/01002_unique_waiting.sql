-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
-- A unique key covers a job only until it is first claimed: one that runs has
-- read its facts already and must not swallow what is asked for after that.
DROP INDEX jobs_job_unique;
CREATE UNIQUE INDEX jobs_job_unique ON jobs_job (kind, unique_key) WHERE unique_key <> '' AND state = 'open' AND attempt = 0;

-- +goose Down
DROP INDEX jobs_job_unique;
CREATE UNIQUE INDEX jobs_job_unique ON jobs_job (kind, unique_key) WHERE unique_key <> '' AND state = 'open';
