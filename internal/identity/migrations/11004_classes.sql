-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- Classes of people: see person.go. An empty national code is nobody's.
ALTER TABLE identity_person ADD COLUMN class TEXT NOT NULL DEFAULT 'resident';
ALTER TABLE identity_person ADD COLUMN email TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_person ADD COLUMN country TEXT NOT NULL DEFAULT 'IR';
ALTER TABLE identity_person ADD COLUMN zone TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_person ADD COLUMN province TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_person ADD COLUMN status TEXT NOT NULL DEFAULT 'active';
ALTER TABLE identity_person ADD COLUMN merged_into TEXT NOT NULL DEFAULT '';

-- What other registers call a person, with its time: nothing is overwritten.
CREATE TABLE identity_identifier (
  person TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  country TEXT NOT NULL DEFAULT '',
  value TEXT NOT NULL,
  source TEXT NOT NULL,
  from_us BIGINT NOT NULL,
  until_us BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (person, id)
);

-- Directory: whose such a number is now.
CREATE TABLE identity_by_identifier (
  kind TEXT NOT NULL,
  country TEXT NOT NULL,
  value TEXT NOT NULL,
  person TEXT NOT NULL,
  PRIMARY KEY (kind, country, value)
);

-- How it is known who a person is. The highest that stands is their level.
CREATE TABLE identity_proof (
  person TEXT NOT NULL,
  id TEXT NOT NULL,
  level BIGINT NOT NULL,
  way TEXT NOT NULL,
  by_person TEXT NOT NULL DEFAULT '',
  by_role TEXT NOT NULL DEFAULT '',
  unit TEXT NOT NULL DEFAULT '',
  ref TEXT NOT NULL DEFAULT '',
  at_us BIGINT NOT NULL,
  until_us BIGINT NOT NULL DEFAULT 0,
  ended_us BIGINT NOT NULL DEFAULT 0,
  ended_why TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (person, id)
);

-- What was known before.
INSERT INTO identity_proof (person, id, level, way, at_us)
SELECT id, id, assurance, CASE WHEN assurance >= 3 THEN 'office' WHEN assurance = 2 THEN 'video' ELSE 'registry' END, created_us
FROM identity_person WHERE assurance > 0;

-- A registration of any class.
ALTER TABLE identity_registration ADD COLUMN class TEXT NOT NULL DEFAULT 'resident';
ALTER TABLE identity_registration ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_registration ADD COLUMN number TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_registration ADD COLUMN issuer TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_registration ADD COLUMN email TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_registration ADD COLUMN country TEXT NOT NULL DEFAULT 'IR';
ALTER TABLE identity_registration ADD COLUMN zone TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_registration ADD COLUMN province TEXT NOT NULL DEFAULT '';
ALTER TABLE identity_registration ADD COLUMN found TEXT NOT NULL DEFAULT ''; -- what the registers said: see inquiry.go

-- +goose Down
DROP TABLE identity_proof;
DROP TABLE identity_by_identifier;
DROP TABLE identity_identifier;
ALTER TABLE identity_registration DROP COLUMN class;
ALTER TABLE identity_registration DROP COLUMN kind;
ALTER TABLE identity_registration DROP COLUMN number;
ALTER TABLE identity_registration DROP COLUMN issuer;
ALTER TABLE identity_registration DROP COLUMN email;
ALTER TABLE identity_registration DROP COLUMN country;
ALTER TABLE identity_registration DROP COLUMN zone;
ALTER TABLE identity_registration DROP COLUMN province;
ALTER TABLE identity_registration DROP COLUMN found;
ALTER TABLE identity_person DROP COLUMN class;
ALTER TABLE identity_person DROP COLUMN email;
ALTER TABLE identity_person DROP COLUMN country;
ALTER TABLE identity_person DROP COLUMN zone;
ALTER TABLE identity_person DROP COLUMN province;
ALTER TABLE identity_person DROP COLUMN status;
ALTER TABLE identity_person DROP COLUMN merged_into;
