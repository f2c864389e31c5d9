-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
CREATE TABLE payment_payment (
  owner TEXT NOT NULL,
  id TEXT NOT NULL,
  subject TEXT NOT NULL,
  purpose TEXT NOT NULL,
  lang TEXT NOT NULL,
  return_to TEXT NOT NULL,
  title_fa TEXT NOT NULL,
  title_en TEXT NOT NULL,
  lines TEXT NOT NULL,
  amount BIGINT NOT NULL CHECK (amount > 0),
  state TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  attempts BIGINT NOT NULL DEFAULT 0,
  settling TEXT NOT NULL DEFAULT '',
  token TEXT NOT NULL DEFAULT '',
  bank TEXT NOT NULL DEFAULT '',
  evidence_id TEXT NOT NULL DEFAULT '',
  created_us BIGINT NOT NULL,
  paid_us BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (owner, id)
);

CREATE TABLE payment_attempt (
  owner TEXT NOT NULL,
  payment TEXT NOT NULL,
  number BIGINT NOT NULL,
  reference TEXT NOT NULL,
  token TEXT NOT NULL DEFAULT '',
  pay_url TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  started_us BIGINT NOT NULL DEFAULT 0,
  ended_us BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (owner, payment, number)
);

-- Directory: the provider's token to the attempt.
CREATE TABLE payment_token (
  token TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  payment TEXT NOT NULL,
  number BIGINT NOT NULL
);
