-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- In a witness's own database: the newest tree of each log that it cosigned.
CREATE TABLE ledger_witness_tree (
  origin TEXT PRIMARY KEY,
  size BIGINT NOT NULL,
  root BYTEA NOT NULL,
  at_us BIGINT NOT NULL
);
