-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- What a capacity was before a row changed it: JSON, to be given back.
ALTER TABLE identity_intro_result ADD COLUMN was TEXT NOT NULL DEFAULT '';
CREATE INDEX identity_intro_batch_person ON identity_intro_batch (by_person, id);

-- +goose Down
DROP INDEX identity_intro_batch_person;
ALTER TABLE identity_intro_result DROP COLUMN was;
