-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- What witnesses have signed: a line (C2SP tlog-cosignature) for a checkpoint,
-- with the key that it was accepted under.
CREATE TABLE ledger_cosignature (
  origin TEXT NOT NULL,
  size BIGINT NOT NULL,
  witness TEXT NOT NULL,
  vkey TEXT NOT NULL,
  line TEXT NOT NULL,
  at_us BIGINT NOT NULL,
  PRIMARY KEY (origin, size, witness)
);

-- How each witness stands with a log: the newest tree that it signed, and how
-- it answered last.
CREATE TABLE ledger_witness (
  origin TEXT NOT NULL,
  witness TEXT NOT NULL,
  vkey TEXT NOT NULL,
  state TEXT NOT NULL,
  size BIGINT NOT NULL,
  signed_us BIGINT NOT NULL,
  asked_us BIGINT NOT NULL,
  PRIMARY KEY (origin, witness)
);
