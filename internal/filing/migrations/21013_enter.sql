-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
-- The party of the case whom a lawyer represents.
ALTER TABLE filing_filing ADD COLUMN party TEXT NOT NULL DEFAULT '';

-- How often a lawyer looked for a case.
CREATE TABLE filing_try (
  owner TEXT NOT NULL,
  at_us BIGINT NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (owner, at_us, id)
);
