-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- The outbox and the leaves: written in the transaction of the act they are
-- evidence of, first without a place (idx) in the log.
CREATE TABLE ledger_entry (
  owner TEXT NOT NULL,
  id TEXT NOT NULL,
  origin TEXT NOT NULL,
  record BYTEA NOT NULL,
  content BYTEA NOT NULL,
  leaf_hash BYTEA NOT NULL,
  staged_us BIGINT NOT NULL,
  idx BIGINT,
  PRIMARY KEY (owner, id)
);
CREATE INDEX ledger_entry_pending ON ledger_entry (origin, staged_us, id) WHERE idx IS NULL;
CREATE INDEX ledger_entry_place ON ledger_entry (origin, idx) WHERE idx IS NOT NULL;

-- One row for each log: its newest signed tree, moved by compare-and-swap.
CREATE TABLE ledger_head (
  origin TEXT PRIMARY KEY,
  vkey TEXT NOT NULL,
  size BIGINT NOT NULL,
  root BYTEA NOT NULL,
  checkpoint BYTEA NOT NULL
);

-- C2SP tlog-tiles of height 8. A partial tile grows in place: what an older
-- checkpoint needs of it is its beginning.
CREATE TABLE ledger_tile (
  origin TEXT NOT NULL,
  level BIGINT NOT NULL,
  n BIGINT NOT NULL,
  width BIGINT NOT NULL,
  hashes BYTEA NOT NULL,
  PRIMARY KEY (origin, level, n)
);

CREATE TABLE ledger_checkpoint (
  origin TEXT NOT NULL,
  size BIGINT NOT NULL,
  note BYTEA NOT NULL,
  at_us BIGINT NOT NULL,
  PRIMARY KEY (origin, size)
);

-- Which process may sequence a log, and until when.
CREATE TABLE ledger_lease (
  origin TEXT PRIMARY KEY,
  holder TEXT NOT NULL,
  until_us BIGINT NOT NULL
);
