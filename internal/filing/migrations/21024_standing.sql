-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- As what the owner files: citizen, lawyer … '' in rows from before it was kept.
ALTER TABLE filing_filing ADD COLUMN standing TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE filing_filing DROP COLUMN standing;
