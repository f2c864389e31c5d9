-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
-- Who did what last with a filing on the desk, for whoever comes second.
ALTER TABLE filing_desk ADD COLUMN act TEXT NOT NULL DEFAULT '';
ALTER TABLE filing_desk ADD COLUMN by_person TEXT NOT NULL DEFAULT '';
ALTER TABLE filing_desk ADD COLUMN by_name TEXT NOT NULL DEFAULT '';
-- What is filed on no case is found by this.
ALTER TABLE filing_desk ADD COLUMN tracking TEXT NOT NULL DEFAULT '';
