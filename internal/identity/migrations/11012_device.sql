-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- A browser from which a person has signed in.
CREATE TABLE identity_device (
	person   TEXT   NOT NULL,
	id       TEXT   NOT NULL,
	hash     TEXT   NOT NULL, -- keyed, of the secret that the browser keeps and of the person
	name     TEXT   NOT NULL, -- kind of device and browser, coarse
	method   TEXT   NOT NULL, -- how they signed in last
	session  TEXT   NOT NULL, -- the session of that sign-in
	first_us BIGINT NOT NULL,
	last_us  BIGINT NOT NULL,
	PRIMARY KEY (person, id)
);
CREATE UNIQUE INDEX identity_device_hash ON identity_device (person, hash);

-- When the registry of SIM cards was asked whose a number is, and is next.
CREATE TABLE identity_number (
	person   TEXT   NOT NULL PRIMARY KEY,
	mobile   TEXT   NOT NULL,
	asked_us BIGINT NOT NULL,
	next_us  BIGINT NOT NULL,
	lost_us  BIGINT NOT NULL DEFAULT 0 -- since when it is another's
);
CREATE INDEX identity_number_next ON identity_number (next_us) WHERE lost_us = 0;

-- +goose Down
DROP TABLE identity_number;
DROP TABLE identity_device;
