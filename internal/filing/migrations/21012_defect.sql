-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
-- How often a filing was halted: while it is being mended, the round that the
-- owner is in.
ALTER TABLE filing_filing ADD COLUMN round BIGINT NOT NULL DEFAULT 0;

-- Every version that was signed, the first one with round 0. Nothing here is
-- ever changed or deleted.
CREATE TABLE filing_version (
  owner TEXT NOT NULL,
  filing_id TEXT NOT NULL,
  round BIGINT NOT NULL,
  answers TEXT NOT NULL,
  names TEXT NOT NULL,
  record BYTEA,
  hash TEXT NOT NULL,
  payment_id TEXT NOT NULL DEFAULT '',
  evidence_id TEXT NOT NULL,
  signed_us BIGINT NOT NULL,
  PRIMARY KEY (owner, filing_id, round)
);

INSERT INTO filing_version (owner, filing_id, round, answers, names, record, hash, payment_id, evidence_id, signed_us)
  SELECT owner, id, 0, answers, names, record, hash, payment_id, evidence_id, submitted_us FROM filing_filing WHERE status = 'submitted';

-- What was found wrong in each round, and how the round ended.
CREATE TABLE filing_halt (
  owner TEXT NOT NULL,
  filing_id TEXT NOT NULL,
  round BIGINT NOT NULL,
  unit TEXT NOT NULL,
  defects TEXT NOT NULL,
  notice_id TEXT NOT NULL,
  by_person TEXT NOT NULL,
  by_name TEXT NOT NULL,
  halted_us BIGINT NOT NULL,
  ended TEXT NOT NULL DEFAULT '',
  ended_us BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (owner, filing_id, round)
);

-- Directory: the notice of a rejection to the filing that was rejected.
CREATE TABLE filing_rejection (
  notice_id TEXT NOT NULL PRIMARY KEY,
  owner TEXT NOT NULL,
  filing_id TEXT NOT NULL
);
