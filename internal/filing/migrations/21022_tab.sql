-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
-- Which tab wrote each page of a draft last: {page: tab}. A tab that comes back
-- to what it wrote itself is not told that somebody else was there.
ALTER TABLE filing_filing ADD COLUMN tabs TEXT NOT NULL DEFAULT '{}';
