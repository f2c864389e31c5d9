-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- How far the log has been numbered: one row, moved by compare-and-swap.
CREATE TABLE notice_series_state (
	id     TEXT   NOT NULL PRIMARY KEY,
	origin TEXT   NOT NULL,
	next   BIGINT NOT NULL,
	day    BIGINT NOT NULL,
	depth  BIGINT NOT NULL
);

-- One row for each series: where it stands. bucket is the first bits of tag.
CREATE TABLE notice_series_head (
	owner    TEXT   NOT NULL PRIMARY KEY,
	tag      TEXT   NOT NULL,
	salt     TEXT   NOT NULL,
	bucket   BIGINT NOT NULL,
	serial   BIGINT NOT NULL,
	link     BYTEA  NOT NULL,
	evidence TEXT   NOT NULL
);
CREATE INDEX notice_series_head_bucket ON notice_series_head (bucket);

-- The lines. day is the day whose root covers the line first; arrived_us is
-- the time in the record.
CREATE TABLE notice_series_line (
	owner      TEXT   NOT NULL,
	serial     BIGINT NOT NULL,
	notice     TEXT   NOT NULL,
	evidence   TEXT   NOT NULL,
	origin     TEXT   NOT NULL,
	idx        BIGINT NOT NULL,
	leaf       BYTEA  NOT NULL,
	link       BYTEA  NOT NULL,
	bucket     BIGINT NOT NULL,
	day        BIGINT NOT NULL,
	arrived_us BIGINT NOT NULL,
	PRIMARY KEY (owner, serial)
);
CREATE INDEX notice_series_line_notice ON notice_series_line (owner, notice);
CREATE UNIQUE INDEX notice_series_line_evidence ON notice_series_line (owner, evidence);
CREATE INDEX notice_series_line_day ON notice_series_line (day, bucket);

-- The days that ended. evidence is empty until the root is in the outbox.
CREATE TABLE notice_series_day (
	day       BIGINT NOT NULL PRIMARY KEY,
	origin    TEXT   NOT NULL,
	cut       BIGINT NOT NULL,
	series    BIGINT NOT NULL DEFAULT 0,
	lines     BIGINT NOT NULL DEFAULT 0,
	root      BYTEA  NOT NULL,
	evidence  TEXT   NOT NULL DEFAULT '',
	signed_us BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX notice_series_day_open ON notice_series_day (day) WHERE evidence = '';

-- The upper part of each day's tree, as far as it changed on that day. node is
-- the place in the tree counted from 1 at the root, row by row.
CREATE TABLE notice_series_node (
	node BIGINT NOT NULL,
	day  BIGINT NOT NULL,
	hash BYTEA  NOT NULL,
	PRIMARY KEY (node, day)
);

-- +goose Down
DROP TABLE notice_series_node;
DROP TABLE notice_series_day;
DROP TABLE notice_series_line;
DROP TABLE notice_series_head;
DROP TABLE notice_series_state;
