-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- What each audit of a log came to.
CREATE TABLE ledger_audit (
  origin TEXT NOT NULL,
  at_us BIGINT NOT NULL,
  took_us BIGINT NOT NULL,
  size BIGINT NOT NULL,
  findings BIGINT NOT NULL,
  first_found TEXT NOT NULL,
  PRIMARY KEY (origin, at_us)
);
