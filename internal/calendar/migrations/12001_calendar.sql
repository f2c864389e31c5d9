-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- What administrators published about days on which courts are closed, over the
-- embedded holiday table. Rows are appended and never changed; the highest
-- version of a day, province and kind holds.
CREATE TABLE calendar_closure (
	day BIGINT NOT NULL,                  -- days since 1970-01-01
	province TEXT NOT NULL DEFAULT '',    -- '' is the whole country
	kind TEXT NOT NULL,
	version BIGINT NOT NULL,
	id TEXT NOT NULL,
	closed BOOLEAN NOT NULL,              -- false takes a closure back
	courts BOOLEAN NOT NULL,              -- applies to courts
	provisional BOOLEAN NOT NULL,
	name_fa TEXT NOT NULL,
	name_en TEXT NOT NULL,
	source TEXT NOT NULL,
	published_by TEXT NOT NULL,
	published_at BIGINT NOT NULL,
	PRIMARY KEY (day, province, kind, version)
);
