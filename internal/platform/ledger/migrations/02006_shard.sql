-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- The chain of logs: which log goes on from this one, how it ended (open,
-- sealed by an announcement, or left without one), and when.
ALTER TABLE ledger_head ADD COLUMN next TEXT NOT NULL DEFAULT '';
ALTER TABLE ledger_head ADD COLUMN state TEXT NOT NULL DEFAULT 'open';
ALTER TABLE ledger_head ADD COLUMN ended_us BIGINT NOT NULL DEFAULT 0;
