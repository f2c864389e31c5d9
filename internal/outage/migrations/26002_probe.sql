-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- The running servers, as each of them last told of itself.
CREATE TABLE outage_process (
	id TEXT NOT NULL PRIMARY KEY,
	started_us BIGINT NOT NULL,
	beat_us BIGINT NOT NULL,
	failing TEXT NOT NULL                 -- JSON list of the parts whose probes failed
);

-- Which of them writes intervals, and until when.
CREATE TABLE outage_lease (
	name TEXT NOT NULL PRIMARY KEY,
	holder TEXT NOT NULL,
	until_us BIGINT NOT NULL
);
