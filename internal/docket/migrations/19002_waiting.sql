-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
-- Directory: parties who had no account when their case was opened, by national
-- code, so that registering finds their cases.
CREATE TABLE docket_waiting (
  national_code TEXT NOT NULL,
  case_id TEXT NOT NULL,
  party TEXT NOT NULL,
  PRIMARY KEY (national_code, case_id, party)
);
