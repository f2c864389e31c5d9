-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- The certificates of an outage: one for each version and language.
CREATE TABLE outage_paper (
	interval_id TEXT NOT NULL,
	version BIGINT NOT NULL,
	lang TEXT NOT NULL,
	bytes BIGINT NOT NULL,
	sha256 TEXT NOT NULL,
	blob TEXT NOT NULL,
	evidence_id TEXT NOT NULL,
	created_us BIGINT NOT NULL,
	PRIMARY KEY (interval_id, version, lang)
);
