-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- Who acts for somebody.
CREATE INDEX identity_capacity_for ON identity_capacity (for_person) WHERE for_person <> '';

-- +goose Down
DROP INDEX identity_capacity_for;
