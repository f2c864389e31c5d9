-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
-- The papers of a submitted filing as they were signed: one for each record
-- (mending makes a new one) and language. Their bytes stand in the blob store.
CREATE TABLE filing_paper (
  owner TEXT NOT NULL,
  filing_id TEXT NOT NULL,
  record TEXT NOT NULL,
  lang TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  blob TEXT NOT NULL,
  evidence_id TEXT NOT NULL,
  created_us BIGINT NOT NULL,
  PRIMARY KEY (owner, filing_id, record, lang)
);

CREATE INDEX filing_paper_blob ON filing_paper (blob);
