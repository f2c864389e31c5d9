-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
-- The first time that a party read a paper which was served on its lawyer.
CREATE TABLE docket_reading (
	case_id  TEXT   NOT NULL,
	notice   TEXT   NOT NULL,
	person   TEXT   NOT NULL,
	evidence TEXT   NOT NULL DEFAULT '',
	at_us    BIGINT NOT NULL,
	PRIMARY KEY (case_id, notice, person)
);

-- +goose Down
DROP TABLE docket_reading;
