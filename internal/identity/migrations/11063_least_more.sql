-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- Powers that were given to people who had to be known at a level rest when they
-- fall below it: licences and the posts of offices at 2; what a register of
-- companies, an introduction or a mandate gave, at 1.
UPDATE identity_capacity SET least_level = 2 WHERE least_level < 2 AND (source = 'licence.source' OR role IN ('operator', 'manager') AND unit <> '');
UPDATE identity_capacity SET least_level = 1 WHERE least_level < 1
	AND (source IN ('identity.source.companies', 'mandate.source', 'body.source') OR source LIKE 'introduction %');

-- +goose Down
SELECT 1;
