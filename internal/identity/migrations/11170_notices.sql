-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- The groups of notices that a post, and the capacity that it makes, has to do with,
-- with a space between; '' is all of them. Posts that were given before this could be
-- chosen keep all: that is what was given.
ALTER TABLE identity_unit_post ADD COLUMN notices TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_capacity ADD COLUMN only_notices TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE identity_capacity DROP COLUMN only_notices;
ALTER TABLE identity_unit_post DROP COLUMN notices;
