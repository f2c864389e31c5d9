-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- Keys and deliveries go to the one keeper of them. What was given up is work only
-- where telling has stopped; elsewhere the program has heard of later things.
INSERT INTO program_key (purpose, owner, id, label, prefix, hash, scopes, unit, level, made_by, made_us, expires_us, revoked_us, used_us)
	SELECT 'sender', body, id, label, prefix, hash, CASE WHEN test THEN 'test' ELSE 'live' END, '', 0, made_by, made_us, expires_us, revoked_us, used_us FROM sender_key;
INSERT INTO program_hook (purpose, owner, url, secret, old_secret, old_until_us, failing_us, stopped_us, work_us, last_us, last_status, made_by, changed_us)
	SELECT 'sender', body, url, secret, old_secret, old_until_us, failing_us, stopped_us, stopped_us, stopped_us,
		coalesce((SELECT d.status FROM sender_delivery d WHERE d.body = h.body AND d.state = 'failed' ORDER BY d.id DESC LIMIT 1), 0), made_by, changed_us FROM sender_hook h;
INSERT INTO program_delivery (purpose, owner, id, event, payload, state, tries, status, next_us, made_us, done_us)
	SELECT 'sender', d.body, d.id, d.event, d.payload,
		CASE WHEN d.state = 'failed' AND NOT EXISTS (SELECT 1 FROM sender_hook h WHERE h.body = d.body AND h.stopped_us > 0) THEN 'left' ELSE d.state END,
		d.tries, d.status, d.next_us, d.made_us, d.done_us FROM sender_delivery d;
DROP TABLE sender_delivery;
DROP TABLE sender_hook;
DROP TABLE sender_key;

-- +goose Down
CREATE TABLE sender_key (
	body       TEXT    NOT NULL,
	id         TEXT    NOT NULL,
	label      TEXT    NOT NULL,
	prefix     TEXT    NOT NULL,
	hash       TEXT    NOT NULL,
	test       BOOLEAN NOT NULL,
	made_by    TEXT    NOT NULL,
	made_us    BIGINT  NOT NULL,
	expires_us BIGINT  NOT NULL,
	revoked_us BIGINT  NOT NULL DEFAULT 0,
	used_us    BIGINT  NOT NULL DEFAULT 0,
	PRIMARY KEY (body, id)
);
CREATE UNIQUE INDEX sender_key_hash ON sender_key (hash);
CREATE TABLE sender_hook (
	body         TEXT   NOT NULL PRIMARY KEY,
	url          TEXT   NOT NULL,
	secret       BYTEA  NOT NULL,
	old_secret   BYTEA  NOT NULL,
	old_until_us BIGINT NOT NULL DEFAULT 0,
	failing_us   BIGINT NOT NULL DEFAULT 0,
	stopped_us   BIGINT NOT NULL DEFAULT 0,
	made_by      TEXT   NOT NULL,
	changed_us   BIGINT NOT NULL
);
CREATE TABLE sender_delivery (
	body    TEXT   NOT NULL,
	id      TEXT   NOT NULL,
	sent    TEXT   NOT NULL,
	event   TEXT   NOT NULL,
	payload TEXT   NOT NULL,
	state   TEXT   NOT NULL,
	tries   BIGINT NOT NULL DEFAULT 0,
	status  BIGINT NOT NULL DEFAULT 0,
	next_us BIGINT NOT NULL DEFAULT 0,
	made_us BIGINT NOT NULL,
	done_us BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (body, id),
	CHECK (state IN ('waiting', 'done', 'failed'))
);
