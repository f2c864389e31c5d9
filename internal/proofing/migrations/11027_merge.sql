-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
-- Orders that came to an account because another one of the same person was
-- merged into it: what goes back if that was a mistake.
CREATE TABLE proofing_moved (
  merge TEXT NOT NULL,
  order_id TEXT NOT NULL,
  PRIMARY KEY (merge, order_id)
);

-- +goose Down
DROP TABLE proofing_moved;
