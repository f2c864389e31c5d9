-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- The steps in the life of an account: nothing is overwritten.
CREATE TABLE identity_status (
  person TEXT NOT NULL,
  id TEXT NOT NULL,
  from_status TEXT NOT NULL,
  to_status TEXT NOT NULL,
  into_person TEXT NOT NULL DEFAULT '',
  why TEXT NOT NULL,
  ref TEXT NOT NULL DEFAULT '',
  by_person TEXT NOT NULL DEFAULT '',
  by_role TEXT NOT NULL DEFAULT '',
  at_us BIGINT NOT NULL,
  PRIMARY KEY (person, id)
);

-- When the civil registry was last asked about somebody.
ALTER TABLE identity_person ADD COLUMN asked_us BIGINT NOT NULL DEFAULT 0;
CREATE INDEX identity_person_asked ON identity_person (asked_us, id) WHERE status = 'active' AND national_code <> '';

-- +goose Down
DROP INDEX identity_person_asked;
ALTER TABLE identity_person DROP COLUMN asked_us;
DROP TABLE identity_status;
