-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- Payments that came to an account because another one of the same person was
-- merged into it: what goes back if that was a mistake.
CREATE TABLE payment_moved (
  merge TEXT NOT NULL,
  payment TEXT NOT NULL,
  PRIMARY KEY (merge, payment)
);

-- +goose Down
DROP TABLE payment_moved;
