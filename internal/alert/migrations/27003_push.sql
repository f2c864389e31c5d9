-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- Browsers in which somebody is told. The address of a subscription is one
-- browser's, and so one person's: whoever was signed in there last.
CREATE TABLE alert_push (
	person   TEXT   NOT NULL,
	id       TEXT   NOT NULL,
	endpoint TEXT   NOT NULL,
	p256dh   TEXT   NOT NULL,
	auth     TEXT   NOT NULL,
	device   TEXT   NOT NULL,
	made_us  BIGINT NOT NULL,
	PRIMARY KEY (person, id)
);
CREATE UNIQUE INDEX alert_push_id ON alert_push (id);

-- +goose Down
DROP TABLE alert_push;
