-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- One row per alert, written with the act that it is about. No legal effect.
CREATE TABLE alert_alert (
	owner   TEXT   NOT NULL,
	ref     TEXT   NOT NULL,
	kind    TEXT   NOT NULL,
	state   TEXT   NOT NULL,
	made_us BIGINT NOT NULL,
	due_us  BIGINT NOT NULL,
	PRIMARY KEY (owner, ref, kind),
	CHECK (state IN ('queued', 'done', 'dropped', 'dead'))
);
CREATE INDEX alert_alert_dead ON alert_alert (due_us) WHERE state = 'dead';

-- Messages: one row for each time that a provider was asked to send one.
CREATE TABLE alert_try (
	owner     TEXT   NOT NULL,
	ref       TEXT   NOT NULL,
	kind      TEXT   NOT NULL,
	channel   TEXT   NOT NULL,
	device    TEXT   NOT NULL,
	n         BIGINT NOT NULL,
	state     TEXT   NOT NULL,
	code      TEXT   NOT NULL DEFAULT '',
	provider  TEXT   NOT NULL DEFAULT '',
	reference TEXT   NOT NULL DEFAULT '',
	at_us     BIGINT NOT NULL,
	told_us   BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (owner, ref, kind, channel, device, n),
	CHECK (state IN ('sent', 'delivered', 'temp_failed', 'failed', 'unknown', 'dead'))
);
CREATE INDEX alert_try_sms ON alert_try (at_us) WHERE channel = 'sms';
CREATE INDEX alert_try_open ON alert_try (told_us, at_us) WHERE state = 'sent' AND channel = 'sms';

-- Directory: what a provider calls a message whose fate is not known yet.
CREATE TABLE alert_reference (
	reference TEXT   NOT NULL PRIMARY KEY,
	owner     TEXT   NOT NULL,
	ref       TEXT   NOT NULL,
	kind      TEXT   NOT NULL,
	channel   TEXT   NOT NULL,
	device    TEXT   NOT NULL,
	n         BIGINT NOT NULL
);

-- How somebody wants to be told. Hours are minutes of the day where they live.
CREATE TABLE alert_wishes (
	person     TEXT    NOT NULL PRIMARY KEY,
	sms        BOOLEAN NOT NULL,
	email      BOOLEAN NOT NULL,
	messenger  BOOLEAN NOT NULL,
	push       BOOLEAN NOT NULL,
	lang       TEXT    NOT NULL DEFAULT '',
	quiet_from BIGINT  NOT NULL,
	quiet_to   BIGINT  NOT NULL,
	neutral    BOOLEAN NOT NULL DEFAULT FALSE,
	safe_from  BIGINT  NOT NULL DEFAULT 0,
	safe_to    BIGINT  NOT NULL DEFAULT 0,
	changed_us BIGINT  NOT NULL
);

-- Addresses at which somebody is not reached: work until there is another one.
CREATE TABLE alert_bounce (
	person    TEXT   NOT NULL,
	channel   TEXT   NOT NULL,
	device    TEXT   NOT NULL,
	id        TEXT   NOT NULL,
	code      TEXT   NOT NULL,
	made_us   BIGINT NOT NULL,
	ended_us  BIGINT NOT NULL DEFAULT 0,
	ended_why TEXT   NOT NULL DEFAULT '',
	ended_by  TEXT   NOT NULL DEFAULT '',
	PRIMARY KEY (person, channel, device)
);
CREATE INDEX alert_bounce_open ON alert_bounce (made_us, id) WHERE ended_us = 0;

-- How many of a hundred text messages go to each provider.
CREATE TABLE alert_provider (
	name       TEXT   NOT NULL PRIMARY KEY,
	share      BIGINT NOT NULL,
	changed_us BIGINT NOT NULL DEFAULT 0,
	bad_us     BIGINT NOT NULL DEFAULT 0
);

-- +goose Down
DROP TABLE alert_provider;
DROP TABLE alert_bounce;
DROP TABLE alert_wishes;
DROP TABLE alert_reference;
DROP TABLE alert_try;
DROP TABLE alert_alert;
