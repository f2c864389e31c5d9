-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
CREATE TABLE catalogue_service (
	code         TEXT   NOT NULL,
	version      BIGINT NOT NULL,
	from_day     BIGINT NOT NULL,
	until_day    BIGINT NOT NULL DEFAULT 0,
	origin       TEXT   NOT NULL,
	hash         TEXT   NOT NULL,
	body         TEXT   NOT NULL,
	published_by TEXT   NOT NULL,
	published_us BIGINT NOT NULL,
	PRIMARY KEY (code, version),
	CHECK (origin IN ('embedded', 'published'))
);

CREATE TABLE catalogue_fee (
	code         TEXT   NOT NULL,
	from_day     BIGINT NOT NULL,
	version      BIGINT NOT NULL,
	body         TEXT   NOT NULL,
	published_by TEXT   NOT NULL,
	published_us BIGINT NOT NULL,
	PRIMARY KEY (code, from_day, version)
);

-- +goose Down
DROP TABLE catalogue_fee;
DROP TABLE catalogue_service;
