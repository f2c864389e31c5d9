-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- Pairs of accounts that may be one person's, found by a job. one is the smaller id.
CREATE TABLE identity_candidate (
  one TEXT NOT NULL,
  two TEXT NOT NULL,
  reason TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'open',
  decider TEXT NOT NULL DEFAULT '',
  found_us BIGINT NOT NULL,
  PRIMARY KEY (one, two),
  CHECK (state IN ('open', 'apart'))
);
CREATE INDEX identity_candidate_open ON identity_candidate (found_us, one) WHERE state = 'open';
CREATE INDEX identity_identifier_value ON identity_identifier (kind, country, value);
CREATE INDEX identity_person_birth ON identity_person (birth, last_name);
CREATE INDEX identity_person_mobile ON identity_person (mobile) WHERE mobile <> '';

-- +goose Down
DROP INDEX identity_person_mobile;
DROP INDEX identity_person_birth;
DROP INDEX identity_identifier_value;
DROP TABLE identity_candidate;
