-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
-- Kinds of cases; a declaration has no branch.
ALTER TABLE docket_case ADD COLUMN kind TEXT NOT NULL DEFAULT 'civil';
ALTER TABLE docket_case ADD COLUMN closed_us BIGINT NOT NULL DEFAULT 0;

-- Parties that are no persons, or whose address nobody knows; and since when a
-- party sees the case: the opening side from the start, the other side from the
-- first notice issued to it.
ALTER TABLE docket_party ADD COLUMN kind TEXT NOT NULL DEFAULT 'person';
ALTER TABLE docket_party ADD COLUMN entity_id TEXT NOT NULL DEFAULT '';
ALTER TABLE docket_party ADD COLUMN unknown_address BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE docket_party ADD COLUMN joined_us BIGINT NOT NULL DEFAULT 0;

UPDATE docket_party SET joined_us = (SELECT c.opened_us FROM docket_case c WHERE c.id = docket_party.case_id)
WHERE side = 'plaintiff'
	OR EXISTS (SELECT 1 FROM docket_notice n WHERE n.case_id = docket_party.case_id AND n.party = docket_party.id);

DELETE FROM docket_of_person WHERE NOT EXISTS (
	SELECT 1 FROM docket_party p WHERE p.case_id = docket_of_person.case_id AND p.person = docket_of_person.person AND p.joined_us > 0);

-- Lawyers on record: one row for each time that a lawyer represents a party.
-- served counts the notices; adding to it is the lock against a revocation at
-- the same moment.
CREATE TABLE docket_lawyer (
	case_id  TEXT   NOT NULL,
	id       TEXT   NOT NULL,
	party    TEXT   NOT NULL,
	lawyer   TEXT   NOT NULL,
	name     TEXT   NOT NULL,
	contract TEXT   NOT NULL DEFAULT '',
	filing   TEXT   NOT NULL DEFAULT '',
	evidence TEXT   NOT NULL,
	from_us  BIGINT NOT NULL,
	until_us BIGINT NOT NULL DEFAULT 0,
	served   BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (case_id, id)
);

CREATE UNIQUE INDEX docket_lawyer_current ON docket_lawyer (case_id, party, lawyer) WHERE until_us = 0;
CREATE UNIQUE INDEX docket_lawyer_filing ON docket_lawyer (case_id, party, filing) WHERE filing <> '';

ALTER TABLE docket_of_person ADD COLUMN as_lawyer BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE docket_due ADD COLUMN as_lawyer BOOLEAN NOT NULL DEFAULT FALSE;

-- What a list of the notices of a case shows.
ALTER TABLE docket_notice ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE docket_notice ADD COLUMN title_fa TEXT NOT NULL DEFAULT '';
ALTER TABLE docket_notice ADD COLUMN title_en TEXT NOT NULL DEFAULT '';
ALTER TABLE docket_notice ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE docket_notice ADD COLUMN issued_us BIGINT NOT NULL DEFAULT 0;

-- Looks of the staff at the data of a party who does not see the case yet. They
-- are shown to him when he does: before, they would warn him.
CREATE TABLE docket_look (
	case_id TEXT   NOT NULL,
	id      TEXT   NOT NULL,
	party   TEXT   NOT NULL,
	at_us   BIGINT NOT NULL,
	access  TEXT   NOT NULL,
	PRIMARY KEY (case_id, id)
);

-- +goose Down
DROP TABLE docket_look;
ALTER TABLE docket_notice DROP COLUMN issued_us;
ALTER TABLE docket_notice DROP COLUMN owner;
ALTER TABLE docket_notice DROP COLUMN title_en;
ALTER TABLE docket_notice DROP COLUMN title_fa;
ALTER TABLE docket_notice DROP COLUMN kind;
ALTER TABLE docket_due DROP COLUMN as_lawyer;
ALTER TABLE docket_of_person DROP COLUMN as_lawyer;
DROP TABLE docket_lawyer;
ALTER TABLE docket_party DROP COLUMN joined_us;
ALTER TABLE docket_party DROP COLUMN unknown_address;
ALTER TABLE docket_party DROP COLUMN entity_id;
ALTER TABLE docket_party DROP COLUMN kind;
ALTER TABLE docket_case DROP COLUMN closed_us;
ALTER TABLE docket_case DROP COLUMN kind;
