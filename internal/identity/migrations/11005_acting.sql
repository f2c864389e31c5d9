-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- A capacity in which somebody acts on behalf of somebody else, with what he may
-- do there; mandate is what it comes from, '' if it comes from the law or an
-- appointment. base is a capacity without which this one is worth nothing: the
-- licence of the lawyer whose office it is.
ALTER TABLE identity_capacity ADD COLUMN for_person TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_capacity ADD COLUMN rights TEXT NOT NULL DEFAULT ''; -- with a space between
ALTER TABLE identity_capacity ADD COLUMN mandate TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_capacity ADD COLUMN base_person TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_capacity ADD COLUMN base TEXT NOT NULL DEFAULT '';
-- Of a licence or an appointment.
ALTER TABLE identity_capacity ADD COLUMN number TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_capacity ADD COLUMN grade TEXT NOT NULL DEFAULT '';
-- When something was last signed in it.
ALTER TABLE identity_capacity ADD COLUMN used_us BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE identity_capacity DROP COLUMN used_us;
ALTER TABLE identity_capacity DROP COLUMN grade;
ALTER TABLE identity_capacity DROP COLUMN number;
ALTER TABLE identity_capacity DROP COLUMN base;
ALTER TABLE identity_capacity DROP COLUMN base_person;
ALTER TABLE identity_capacity DROP COLUMN mandate;
ALTER TABLE identity_capacity DROP COLUMN rights;
ALTER TABLE identity_capacity DROP COLUMN for_person;
