-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- Who signed in the name of a party that opened a case: a representative, a lawyer
-- by contract, a guardian; with the capacity in words. '' for who signed himself.
ALTER TABLE docket_party ADD COLUMN agent TEXT NOT NULL DEFAULT '';
ALTER TABLE docket_party ADD COLUMN agent_fa TEXT NOT NULL DEFAULT '';
ALTER TABLE docket_party ADD COLUMN agent_en TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE docket_party DROP COLUMN agent_en;
ALTER TABLE docket_party DROP COLUMN agent_fa;
ALTER TABLE docket_party DROP COLUMN agent;
