-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
-- Evidence stays with the account under which it was made: '' is the owner's own.
ALTER TABLE filing_filing ADD COLUMN evidence_owner TEXT NOT NULL DEFAULT '';
ALTER TABLE filing_version ADD COLUMN evidence_owner TEXT NOT NULL DEFAULT '';
ALTER TABLE filing_paper ADD COLUMN evidence_owner TEXT NOT NULL DEFAULT '';

-- What a lawyer filed and no longer owns: the party, or its next lawyer, took it
-- over while it was being mended. He keeps what he signed: the versions before round.
CREATE TABLE filing_handed (
  owner TEXT NOT NULL,
  filing_id TEXT NOT NULL,
  round BIGINT NOT NULL,
  unit TEXT NOT NULL,
  standing TEXT NOT NULL,
  at_us BIGINT NOT NULL,
  PRIMARY KEY (owner, filing_id)
);

-- The page of a defect notice leads to what it is about.
CREATE INDEX filing_halt_notice ON filing_halt (notice_id);

-- +goose Down
DROP INDEX filing_halt_notice;
DROP TABLE filing_handed;
ALTER TABLE filing_paper DROP COLUMN evidence_owner;
ALTER TABLE filing_version DROP COLUMN evidence_owner;
ALTER TABLE filing_filing DROP COLUMN evidence_owner;
