-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- What a register said that was not believed, because it would have taken something
-- from too many people at once. One row for each kind of register.
CREATE TABLE identity_doubt (
	kind         TEXT   NOT NULL PRIMARY KEY, -- licences, numbers, registry
	state        TEXT   NOT NULL,             -- open, believed, dismissed
	taken        BIGINT NOT NULL,             -- from how many
	asked        BIGINT NOT NULL,             -- of how many
	first_us     BIGINT NOT NULL,
	last_us      BIGINT NOT NULL,
	until_us     BIGINT NOT NULL DEFAULT 0,   -- until when it is believed
	decided_name TEXT   NOT NULL DEFAULT '',
	decided_us   BIGINT NOT NULL DEFAULT 0
);

-- +goose Down
DROP TABLE identity_doubt;
