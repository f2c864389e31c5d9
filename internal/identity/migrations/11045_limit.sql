-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- The matters to which a mandate, and the capacity that it makes, are limited:
-- ids of cases and codes of titles, with a space between; both empty: no limit.
-- limit_fa and limit_en are these in words, as they were when it was drafted, one
-- on each line.
ALTER TABLE identity_mandate ADD COLUMN cases TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_mandate ADD COLUMN titles TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_mandate ADD COLUMN limit_fa TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_mandate ADD COLUMN limit_en TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_capacity ADD COLUMN only_cases TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_capacity ADD COLUMN only_titles TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE identity_capacity DROP COLUMN only_titles;
ALTER TABLE identity_capacity DROP COLUMN only_cases;
ALTER TABLE identity_mandate DROP COLUMN limit_en;
ALTER TABLE identity_mandate DROP COLUMN limit_fa;
ALTER TABLE identity_mandate DROP COLUMN titles;
ALTER TABLE identity_mandate DROP COLUMN cases;
