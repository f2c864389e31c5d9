-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
CREATE TABLE filing_filing (
  owner TEXT NOT NULL,
  id TEXT NOT NULL,
  service TEXT NOT NULL,
  version BIGINT NOT NULL,
  status TEXT NOT NULL,
  lang TEXT NOT NULL,
  answers TEXT NOT NULL,
  case_id TEXT NOT NULL DEFAULT '',
  notice_id TEXT NOT NULL DEFAULT '',
  name_check TEXT NOT NULL DEFAULT '',
  name_asked TEXT NOT NULL DEFAULT '',
  record BYTEA,
  hash TEXT NOT NULL DEFAULT '',
  payment_id TEXT NOT NULL DEFAULT '',
  code_id TEXT NOT NULL DEFAULT '',
  tracking TEXT NOT NULL DEFAULT '',
  case_number TEXT NOT NULL DEFAULT '',
  unit TEXT NOT NULL DEFAULT '',
  evidence_id TEXT NOT NULL DEFAULT '',
  created_us BIGINT NOT NULL,
  updated_us BIGINT NOT NULL,
  submitted_us BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (owner, id)
);

CREATE INDEX filing_filing_recent ON filing_filing (owner, updated_us);

-- Directory: tracking code to its filing.
CREATE TABLE filing_tracking (
  tracking TEXT NOT NULL PRIMARY KEY,
  owner TEXT NOT NULL,
  filing_id TEXT NOT NULL
);

-- The desk of a court unit: what has come in. Owned by the unit.
CREATE TABLE filing_desk (
  unit TEXT NOT NULL,
  filing_id TEXT NOT NULL,
  owner TEXT NOT NULL,
  kind TEXT NOT NULL,
  service TEXT NOT NULL,
  case_id TEXT NOT NULL,
  case_number TEXT NOT NULL,
  title_fa TEXT NOT NULL,
  title_en TEXT NOT NULL,
  filer TEXT NOT NULL,
  state TEXT NOT NULL,
  arrived_us BIGINT NOT NULL,
  done_us BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (unit, filing_id)
);

CREATE INDEX filing_desk_queue ON filing_desk (unit, state, arrived_us, filing_id);
CREATE INDEX filing_desk_case ON filing_desk (unit, case_id);

-- One key, one act: a double click or a resent form finds its first result.
CREATE TABLE filing_act (
  owner TEXT NOT NULL,
  act TEXT NOT NULL,
  filing_id TEXT NOT NULL,
  PRIMARY KEY (owner, act)
);
