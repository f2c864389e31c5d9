-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- What came to an account because another one of the same person was merged into
-- it: what goes back if that was a mistake. kind: party, lawyer (ids), notice.
CREATE TABLE docket_moved (
	merge   TEXT NOT NULL,
	case_id TEXT NOT NULL,
	kind    TEXT NOT NULL,
	id      TEXT NOT NULL,
	PRIMARY KEY (merge, case_id, kind, id)
);

-- Parties who do not see their case yet stand in no list of anybody.
CREATE INDEX docket_party_person ON docket_party (person, case_id) WHERE person <> '';

-- +goose Down
DROP INDEX docket_party_person;
DROP TABLE docket_moved;
