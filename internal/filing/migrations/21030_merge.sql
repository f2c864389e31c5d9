-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- Filings that came to an account because another one of the same person was
-- merged into it: what goes back if that was a mistake.
CREATE TABLE filing_moved (
  merge TEXT NOT NULL,
  filing_id TEXT NOT NULL,
  PRIMARY KEY (merge, filing_id)
);

-- A filing may stand on the desks of several units.
CREATE INDEX filing_desk_owner ON filing_desk (owner, filing_id);
CREATE INDEX filing_rejection_owner ON filing_rejection (owner, filing_id);

-- +goose Down
DROP INDEX filing_rejection_owner;
DROP INDEX filing_desk_owner;
DROP TABLE filing_moved;
