-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- What exactly a proposal decides, as it was when it was proposed: the figures of a
-- register that was not believed may be others when somebody approves.
ALTER TABLE identity_proposal ADD COLUMN about TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE identity_proposal DROP COLUMN about;
