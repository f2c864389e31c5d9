-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- Each messenger is a channel of its own; spare: text messages only when nothing
-- else took the message.
ALTER TABLE alert_wishes RENAME COLUMN messenger TO bale;
ALTER TABLE alert_wishes ADD COLUMN telegram BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE alert_wishes ADD COLUMN spare BOOLEAN NOT NULL DEFAULT FALSE;

-- Until when the provider asked us to wait.
ALTER TABLE alert_try ADD COLUMN later_us BIGINT NOT NULL DEFAULT 0;

-- Chats in which somebody is told; at most one in each messenger. Broken: the
-- messenger does not take anything for it any more.
CREATE TABLE alert_link (
	person    TEXT   NOT NULL,
	messenger TEXT   NOT NULL,
	chat      BIGINT NOT NULL,
	name      TEXT   NOT NULL,
	made_us   BIGINT NOT NULL,
	broken_us BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (person, messenger)
);

-- Directory: whose a chat is. It is one person's.
CREATE TABLE alert_chat (
	messenger TEXT   NOT NULL,
	chat      BIGINT NOT NULL,
	person    TEXT   NOT NULL,
	PRIMARY KEY (messenger, chat)
);

-- Codes that somebody sends to the bot: once, and for some minutes. The code itself
-- follows from nonce under a key; chat is where it came from.
CREATE TABLE alert_code (
	person    TEXT   NOT NULL,
	messenger TEXT   NOT NULL,
	nonce     TEXT   NOT NULL,
	mark      TEXT   NOT NULL,
	until_us  BIGINT NOT NULL,
	chat      BIGINT NOT NULL DEFAULT 0,
	name      TEXT   NOT NULL DEFAULT '',
	PRIMARY KEY (person, messenger)
);
CREATE UNIQUE INDEX alert_code_mark ON alert_code (mark);

-- How often a chat was answered that we could not make sense of it.
CREATE TABLE alert_brake (
	messenger TEXT   NOT NULL,
	chat      BIGINT NOT NULL,
	since_us  BIGINT NOT NULL,
	n         BIGINT NOT NULL,
	PRIMARY KEY (messenger, chat)
);

-- +goose Down
DROP TABLE alert_brake;
DROP TABLE alert_code;
DROP TABLE alert_chat;
DROP TABLE alert_link;
ALTER TABLE alert_try DROP COLUMN later_us;
ALTER TABLE alert_wishes DROP COLUMN spare;
ALTER TABLE alert_wishes DROP COLUMN telegram;
ALTER TABLE alert_wishes RENAME COLUMN bale TO messenger;
