-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- Whose a capacity was first, and under which id, if a merge of accounts carried
-- it: its source knows it by that person.
ALTER TABLE identity_capacity ADD COLUMN origin_person TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_capacity ADD COLUMN origin TEXT NOT NULL DEFAULT '';

-- What was carried before this was kept: found as the merge wrote it.
UPDATE identity_capacity SET
	origin_person = coalesce((SELECT o.person FROM identity_merge_part a, identity_merge m, identity_merge_part g, identity_capacity o
		WHERE m.id = a.merge AND g.merge = a.merge AND g.what = 'capacity' AND o.person = g.person AND o.id = g.value AND a.what = 'added' AND a.kind = 'capacity' AND a.value = identity_capacity.id AND m.into_person = identity_capacity.person
			AND o.person = m.gone AND o.role = identity_capacity.role AND o.unit = identity_capacity.unit AND o.branch = identity_capacity.branch
			AND o.source = identity_capacity.source AND o.from_day = identity_capacity.from_day ORDER BY o.id LIMIT 1), ''),
	origin = coalesce((SELECT o.id FROM identity_merge_part a, identity_merge m, identity_merge_part g, identity_capacity o
		WHERE m.id = a.merge AND g.merge = a.merge AND g.what = 'capacity' AND o.person = g.person AND o.id = g.value AND a.what = 'added' AND a.kind = 'capacity' AND a.value = identity_capacity.id AND m.into_person = identity_capacity.person
			AND o.person = m.gone AND o.role = identity_capacity.role AND o.unit = identity_capacity.unit AND o.branch = identity_capacity.branch
			AND o.source = identity_capacity.source AND o.from_day = identity_capacity.from_day ORDER BY o.id LIMIT 1), '')
WHERE EXISTS (SELECT 1 FROM identity_merge_part a WHERE a.what = 'added' AND a.kind = 'capacity' AND a.value = identity_capacity.id);

CREATE INDEX identity_capacity_origin ON identity_capacity (origin) WHERE origin <> '';

-- +goose Down
DROP INDEX identity_capacity_origin;
ALTER TABLE identity_capacity DROP COLUMN origin;
ALTER TABLE identity_capacity DROP COLUMN origin_person;
