-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- How surely it must be known who holds a capacity for it to be used: whoever was
-- appointed had to be known at level 2.
ALTER TABLE identity_capacity ADD COLUMN least_level BIGINT NOT NULL DEFAULT 0;
UPDATE identity_capacity SET least_level = 2 WHERE source IN ('appoint.source.letter', 'appoint.source.court', 'appoint.source.registry');

-- +goose Down
ALTER TABLE identity_capacity DROP COLUMN least_level;
