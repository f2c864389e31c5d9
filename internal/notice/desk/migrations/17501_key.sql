-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- Keys of a body's programs. Only the hash is kept.
CREATE TABLE notice_desk_key (
	body       TEXT   NOT NULL,
	id         TEXT   NOT NULL,
	label      TEXT   NOT NULL,
	prefix     TEXT   NOT NULL,            -- the beginning, by which people know it
	hash       TEXT   NOT NULL,
	scopes     TEXT   NOT NULL,            -- list, open, receipt with a space between
	unit       TEXT   NOT NULL,            -- with what is below it; '' is the whole body
	level      BIGINT NOT NULL,            -- how surely it was known who made it
	made_by    TEXT   NOT NULL,
	made_us    BIGINT NOT NULL,
	expires_us BIGINT NOT NULL,
	revoked_us BIGINT NOT NULL DEFAULT 0,
	used_us    BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (body, id)
);
CREATE UNIQUE INDEX notice_desk_key_hash ON notice_desk_key (hash);

-- Where a body's program is told what happens to its notices. Secrets are sealed.
CREATE TABLE notice_desk_hook (
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

CREATE TABLE notice_desk_delivery (
	body    TEXT   NOT NULL,
	id      TEXT   NOT NULL,
	event   TEXT   NOT NULL,
	payload TEXT   NOT NULL,
	state   TEXT   NOT NULL,
	tries   BIGINT NOT NULL DEFAULT 0,
	status  BIGINT NOT NULL DEFAULT 0,     -- the last answer; 0: none
	made_us BIGINT NOT NULL,
	done_us BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (body, id),
	CHECK (state IN ('waiting', 'done', 'failed'))
);

-- +goose Down
DROP TABLE notice_desk_delivery;
DROP TABLE notice_desk_hook;
DROP TABLE notice_desk_key;
