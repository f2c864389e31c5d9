-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- Who hides where they live, and where the court finds them meanwhile. The open
-- row of a person has ended_us = 0: there is one at most.
CREATE TABLE identity_shelter (
	person   TEXT   NOT NULL,
	ended_us BIGINT NOT NULL,
	id       TEXT   NOT NULL,
	address  TEXT   NOT NULL,
	since_us BIGINT NOT NULL,
	PRIMARY KEY (person, ended_us)
);

-- +goose Down
DROP TABLE identity_shelter;
