-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
-- The case whose judgment an appeal attacks; '' for a case of first instance.
ALTER TABLE docket_case ADD COLUMN first_id TEXT NOT NULL DEFAULT '';

-- The appeals to which the file of a case was sent, with the court that has it:
-- its staff read the case.
CREATE TABLE docket_appeal (
	case_id TEXT   NOT NULL,
	appeal  TEXT   NOT NULL,
	unit    TEXT   NOT NULL,
	at_us   BIGINT NOT NULL,
	PRIMARY KEY (case_id, appeal)
);

-- +goose Down
DROP TABLE docket_appeal;
ALTER TABLE docket_case DROP COLUMN first_id;
