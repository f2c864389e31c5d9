-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- Who issued the licence on which a capacity rests, for which fields and which
-- place; whether its issuer has suspended it; when the issuer was last asked.
ALTER TABLE identity_capacity ADD COLUMN issuer TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_capacity ADD COLUMN fields TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_capacity ADD COLUMN place TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_capacity ADD COLUMN suspended_us BIGINT NOT NULL DEFAULT 0;
ALTER TABLE identity_capacity ADD COLUMN suspended_why TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_capacity ADD COLUMN asked_us BIGINT NOT NULL DEFAULT 0;
CREATE INDEX identity_capacity_asked ON identity_capacity (issuer, asked_us, id);

-- +goose Down
DROP INDEX identity_capacity_asked;
ALTER TABLE identity_capacity DROP COLUMN asked_us;
ALTER TABLE identity_capacity DROP COLUMN suspended_why;
ALTER TABLE identity_capacity DROP COLUMN suspended_us;
ALTER TABLE identity_capacity DROP COLUMN place;
ALTER TABLE identity_capacity DROP COLUMN fields;
ALTER TABLE identity_capacity DROP COLUMN issuer;
