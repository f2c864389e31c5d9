-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- Whom a work item names, so that it can be recorded who was shown the name
-- once that person has an account. Empty for foreigners and older items.
ALTER TABLE notice_paper_task ADD COLUMN national_code TEXT NOT NULL DEFAULT '';
CREATE INDEX notice_paper_task_open ON notice_paper_task (unit, opened_us, id) WHERE closed_us = 0;

-- +goose Down
DROP INDEX notice_paper_task_open;
ALTER TABLE notice_paper_task DROP COLUMN national_code;
