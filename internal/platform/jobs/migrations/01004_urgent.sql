-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
-- Jobs for which somebody looks at a screen have workers of their own.
ALTER TABLE jobs_job ADD COLUMN urgent BOOLEAN NOT NULL DEFAULT FALSE;
DROP INDEX jobs_job_due;
CREATE INDEX jobs_job_due ON jobs_job (urgent, due_us, id) WHERE state = 'open';

-- +goose Down
DROP INDEX jobs_job_due;
CREATE INDEX jobs_job_due ON jobs_job (due_us, id) WHERE state = 'open';
ALTER TABLE jobs_job DROP COLUMN urgent;
