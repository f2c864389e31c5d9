-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- The groups of notices that a mandate covers, with a space between; '' is all of
-- them, as it was for every mandate before. replaces is the mandate of the same two
-- whose place it takes when it is accepted.
ALTER TABLE identity_mandate ADD COLUMN notices TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_mandate ADD COLUMN replaces TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE identity_mandate DROP COLUMN replaces;
ALTER TABLE identity_mandate DROP COLUMN notices;
