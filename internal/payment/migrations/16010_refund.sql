-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
-- Money that went back to its payer after it was taken.
CREATE TABLE payment_refund (
  owner TEXT NOT NULL,
  payment TEXT NOT NULL,
  why TEXT NOT NULL,
  asked_us BIGINT NOT NULL,
  done_us BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (owner, payment)
);
