-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- Iranians abroad and foreign nationals may go on while a register is silent, too:
-- what they say of themselves is the number of a consular case, a comprehensive
-- code or a passport, and codes may go to an e-mail address.
ALTER TABLE identity_provisional ADD COLUMN class TEXT NOT NULL DEFAULT 'resident';
ALTER TABLE identity_provisional ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_provisional ADD COLUMN number TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_provisional ADD COLUMN issuer TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_provisional ADD COLUMN email TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_provisional ADD COLUMN country TEXT NOT NULL DEFAULT 'IR';
CREATE INDEX identity_provisional_number ON identity_provisional (number, person) WHERE state IN ('asking', 'refused') AND number <> '';

-- +goose Down
DROP INDEX identity_provisional_number;
ALTER TABLE identity_provisional DROP COLUMN country;
ALTER TABLE identity_provisional DROP COLUMN email;
ALTER TABLE identity_provisional DROP COLUMN issuer;
ALTER TABLE identity_provisional DROP COLUMN number;
ALTER TABLE identity_provisional DROP COLUMN kind;
ALTER TABLE identity_provisional DROP COLUMN class;
