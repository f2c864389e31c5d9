-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
-- Dead jobs are few and counted at every look at the metrics; without this the
-- done ones of a whole day are looked through.
CREATE INDEX jobs_job_dead ON jobs_job (finished_us, id) WHERE state = 'dead';

-- +goose Down
DROP INDEX jobs_job_dead;
