-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- How many accounts came to be in a Jalali month (140405), in which way. Nobody
-- is named here.
CREATE TABLE identity_count (
  month BIGINT NOT NULL,
  channel TEXT NOT NULL,
  level BIGINT NOT NULL,
  class TEXT NOT NULL,
  province TEXT NOT NULL,
  n BIGINT NOT NULL,
  PRIMARY KEY (month, channel, level, class, province)
);

-- How many registrations a registry refused, by its reason.
CREATE TABLE identity_refusal (
  month BIGINT NOT NULL,
  cause TEXT NOT NULL,
  class TEXT NOT NULL,
  n BIGINT NOT NULL,
  PRIMARY KEY (month, cause, class)
);

-- How far they have been counted: one row each, moved in the transaction that
-- counts.
CREATE TABLE identity_tally (
  what TEXT NOT NULL PRIMARY KEY,
  at_us BIGINT NOT NULL,
  after TEXT NOT NULL
);

CREATE INDEX identity_person_created ON identity_person (created_us, id);

-- +goose Down
DROP INDEX identity_person_created;
DROP TABLE identity_tally;
DROP TABLE identity_refusal;
DROP TABLE identity_count;
