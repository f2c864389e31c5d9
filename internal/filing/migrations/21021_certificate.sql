-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
-- Directory: the number of a certificate to what anybody who has the number may
-- see of it. It names nobody: initials and the end of a national code.
CREATE TABLE filing_certificate (
  number TEXT NOT NULL PRIMARY KEY,
  title_fa TEXT NOT NULL,
  title_en TEXT NOT NULL,
  unit_fa TEXT NOT NULL,
  unit_en TEXT NOT NULL,
  initials TEXT NOT NULL,
  code_end TEXT NOT NULL,
  issued_day BIGINT NOT NULL,
  until_day BIGINT NOT NULL
);
