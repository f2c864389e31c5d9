-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
-- What the civil registry said of each name, by the prefix of its questions:
-- {"defendant_2":{"check":"confirmed","asked":"…"}}. It takes the place of
-- name_check and name_asked, which knew one name.
ALTER TABLE filing_filing ADD COLUMN names TEXT NOT NULL DEFAULT '{}';

UPDATE filing_filing SET names = '{"defendant":{"check":"' || name_check || '","asked":"' || name_asked || '"}}' WHERE name_asked <> '';
