-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
-- The defect notice that was served on a lawyer who has left; notice_id is the one
-- that was served in its place. '' as long as there is one only.
ALTER TABLE filing_halt ADD COLUMN first_notice TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE filing_halt DROP COLUMN first_notice;
