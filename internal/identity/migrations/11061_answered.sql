-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- How many a register was asked about in an hour, and from how many of them
-- something was taken: what it says in small batches is judged by the sum of a day.
-- Rows older than that are removed.
CREATE TABLE identity_answered (
	kind    TEXT   NOT NULL, -- licences, numbers, registry
	hour_us BIGINT NOT NULL, -- when the hour began
	asked   BIGINT NOT NULL,
	taken   BIGINT NOT NULL,
	PRIMARY KEY (kind, hour_us)
);

-- +goose Down
DROP TABLE identity_answered;
