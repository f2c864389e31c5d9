-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- Acts on the register of people that one administrator proposes and another one
-- decides.
CREATE TABLE identity_proposal (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  person TEXT NOT NULL,
  reason TEXT NOT NULL,
  state TEXT NOT NULL,
  proposed_by TEXT NOT NULL,
  proposed_name TEXT NOT NULL,
  proposed_us BIGINT NOT NULL,
  decided_by TEXT NOT NULL DEFAULT '',
  decided_name TEXT NOT NULL DEFAULT '',
  decided_us BIGINT NOT NULL DEFAULT 0,
  CHECK (state IN ('proposed', 'approved', 'refused'))
);
CREATE UNIQUE INDEX identity_proposal_open ON identity_proposal (person, kind) WHERE state = 'proposed';
CREATE INDEX identity_proposal_person ON identity_proposal (person, id);

-- +goose Down
DROP TABLE identity_proposal;
