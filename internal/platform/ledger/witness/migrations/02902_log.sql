-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- Logs that have announced their end: their size then, and the log that goes on
-- from each, which is watched from then on.
CREATE TABLE ledger_witness_ended (
  origin TEXT PRIMARY KEY,
  size BIGINT NOT NULL,
  next_vkey TEXT NOT NULL,
  at_us BIGINT NOT NULL
);
