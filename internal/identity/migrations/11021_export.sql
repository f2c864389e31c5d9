-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- A copy of everything that is kept about somebody, made for them to download.
CREATE TABLE identity_export (
	owner     TEXT   NOT NULL,
	id        TEXT   NOT NULL,
	state     TEXT   NOT NULL, -- asked, ready, gone, failed
	asked_by  TEXT   NOT NULL,
	lang      TEXT   NOT NULL,
	code      TEXT   NOT NULL DEFAULT '',
	blob      TEXT   NOT NULL DEFAULT '',
	sha256    TEXT   NOT NULL DEFAULT '',
	bytes     BIGINT NOT NULL DEFAULT 0,
	left_out  BIGINT NOT NULL DEFAULT 0, -- files that had no room
	asked_us  BIGINT NOT NULL,
	ready_us  BIGINT NOT NULL DEFAULT 0,
	until_us  BIGINT NOT NULL DEFAULT 0,
	taken_us  BIGINT NOT NULL DEFAULT 0,
	taken     BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (owner, id)
);
CREATE UNIQUE INDEX identity_export_open ON identity_export (owner) WHERE state IN ('asked', 'ready');
CREATE INDEX identity_export_blob ON identity_export (blob) WHERE blob <> '';
CREATE INDEX identity_export_due ON identity_export (state, asked_us) WHERE state IN ('asked', 'ready');

-- +goose Down
DROP TABLE identity_export;
