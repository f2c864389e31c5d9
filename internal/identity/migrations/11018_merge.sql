-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- The second account that a proposal speaks of: the one that is to go on.
ALTER TABLE identity_proposal ADD COLUMN other TEXT NOT NULL DEFAULT '';

-- Accounts that turned out to be one person's. id is that of the proposal.
CREATE TABLE identity_merge (
  id TEXT NOT NULL PRIMARY KEY,
  gone TEXT NOT NULL,
  into_person TEXT NOT NULL,
  state TEXT NOT NULL,
  at_us BIGINT NOT NULL,
  undone_us BIGINT NOT NULL DEFAULT 0,
  CHECK (state IN ('merged', 'undone'))
);
CREATE INDEX identity_merge_gone ON identity_merge (gone, id);
CREATE INDEX identity_merge_into ON identity_merge (into_person, id);

-- What a merge did to rows of this module, for taking it back. what: name (a
-- directory leads to the account that goes on), proof, added (a proof or a
-- capacity that takes the place of another), capacity.
CREATE TABLE identity_merge_part (
  merge TEXT NOT NULL,
  what TEXT NOT NULL,
  kind TEXT NOT NULL,
  country TEXT NOT NULL,
  value TEXT NOT NULL,
  person TEXT NOT NULL,
  PRIMARY KEY (merge, what, kind, country, value)
);

-- What each module has brought to the account that goes on, or back.
CREATE TABLE identity_merge_done (
  merge TEXT NOT NULL,
  module TEXT NOT NULL,
  back BOOLEAN NOT NULL,
  n BIGINT NOT NULL,
  at_us BIGINT NOT NULL,
  PRIMARY KEY (merge, module, back)
);

-- +goose Down
DROP TABLE identity_merge_done;
DROP TABLE identity_merge_part;
DROP TABLE identity_merge;
ALTER TABLE identity_proposal DROP COLUMN other;
