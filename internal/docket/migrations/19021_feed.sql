-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- The address at which somebody's calendar program reads what is due: of its
-- secret only the hash. capacity is the lawyer's, if the terms of clients are in
-- it.
CREATE TABLE docket_feed (
	person     TEXT    NOT NULL PRIMARY KEY,
	token_hash TEXT    NOT NULL,
	lang       TEXT    NOT NULL,
	deadlines  BOOLEAN NOT NULL,
	hearings   BOOLEAN NOT NULL,
	clients    BOOLEAN NOT NULL,
	capacity   TEXT    NOT NULL DEFAULT '',
	made_us    BIGINT  NOT NULL
);

CREATE UNIQUE INDEX docket_feed_token ON docket_feed (token_hash);

-- When it was read, by day.
CREATE TABLE docket_feed_read (
	person TEXT   NOT NULL,
	day    BIGINT NOT NULL,
	reads  BIGINT NOT NULL,
	at_us  BIGINT NOT NULL,
	PRIMARY KEY (person, day)
);

-- +goose Down
DROP TABLE docket_feed_read;
DROP TABLE docket_feed;
