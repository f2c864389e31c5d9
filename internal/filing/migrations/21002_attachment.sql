-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
-- A file that belongs to a filing. Its bytes stand in the blob store under the
-- key blob; the same bytes are kept once for each field.
CREATE TABLE filing_attachment (
  owner TEXT NOT NULL,
  filing_id TEXT NOT NULL,
  id TEXT NOT NULL,
  field TEXT NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  pages BIGINT NOT NULL,
  blob TEXT NOT NULL,
  created_us BIGINT NOT NULL,
  PRIMARY KEY (owner, filing_id, id)
);

CREATE UNIQUE INDEX filing_attachment_once ON filing_attachment (owner, filing_id, field, sha256);

-- The sweep of the blob store asks which keys are still needed.
CREATE INDEX filing_attachment_blob ON filing_attachment (blob);
