-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- Time stamps (RFC 3161) over signed checkpoints, each with the root
-- certificate that it was accepted under.
CREATE TABLE ledger_stamp (
  origin TEXT NOT NULL,
  size BIGINT NOT NULL,
  token BYTEA NOT NULL,
  root BYTEA NOT NULL,
  authority TEXT NOT NULL,
  at_us BIGINT NOT NULL,
  PRIMARY KEY (origin, size)
);
