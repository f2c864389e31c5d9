-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- Directory of the papers that evidence speaks of, by their SHA-256: whoever
-- holds a paper can ask whether it stands in the log without knowing whose it
-- is. It is no evidence itself; what it leads to is.
CREATE TABLE ledger_paper (
  hash TEXT NOT NULL,
  id TEXT NOT NULL,
  owner TEXT NOT NULL,
  PRIMARY KEY (hash, id)
);
