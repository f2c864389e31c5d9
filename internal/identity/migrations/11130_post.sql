-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- Who holds a capacity in a unit.
CREATE INDEX identity_capacity_unit ON identity_capacity (unit, from_day, id) WHERE unit <> '';

-- +goose Down
DROP INDEX identity_capacity_unit;
