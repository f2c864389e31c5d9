-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- The organisational units of legal entities and government bodies (package body).
CREATE TABLE identity_unit (
	body      TEXT   NOT NULL,            -- the account of the entity or body
	id        TEXT   NOT NULL,
	act       TEXT   NOT NULL,            -- key of the act that made it
	code      TEXT   NOT NULL,            -- as the body writes it
	name_fa   TEXT   NOT NULL,
	name_en   TEXT   NOT NULL,
	parent    TEXT   NOT NULL,            -- '' at the top
	from_day  BIGINT NOT NULL,
	until_day BIGINT NOT NULL DEFAULT 0,  -- 0: it stands
	evidence  TEXT   NOT NULL,            -- of the last step
	PRIMARY KEY (body, id)
);
CREATE UNIQUE INDEX identity_unit_act ON identity_unit (body, act);
CREATE UNIQUE INDEX identity_unit_code ON identity_unit (body, code) WHERE until_day = 0;

-- Every step in the life of a unit; nothing of it is changed.
CREATE TABLE identity_unit_change (
	body      TEXT   NOT NULL,
	unit      TEXT   NOT NULL,
	id        TEXT   NOT NULL,
	what      TEXT   NOT NULL,            -- made, renamed, moved, ended
	code      TEXT   NOT NULL,            -- as it is since then
	name_fa   TEXT   NOT NULL,
	name_en   TEXT   NOT NULL,
	parent    TEXT   NOT NULL,
	by_person TEXT   NOT NULL,
	at_us     BIGINT NOT NULL,
	PRIMARY KEY (body, unit, id)
);

-- What somebody is at a unit.
CREATE TABLE identity_unit_post (
	body        TEXT   NOT NULL,
	id          TEXT   NOT NULL,
	act         TEXT   NOT NULL,
	unit        TEXT   NOT NULL,
	person      TEXT   NOT NULL,
	title_fa    TEXT   NOT NULL,
	title_en    TEXT   NOT NULL,
	rights      TEXT   NOT NULL,            -- with a space between
	gives       TEXT   NOT NULL,            -- '', posts, heads
	from_day    BIGINT NOT NULL DEFAULT 0,  -- of the acceptance
	until_day   BIGINT NOT NULL,
	state       TEXT   NOT NULL,            -- offered, active, ended
	given_by    TEXT   NOT NULL,
	given_post  TEXT   NOT NULL,            -- the post under which it was given; '' by who manages the body
	capacity    TEXT   NOT NULL DEFAULT '',
	created_us  BIGINT NOT NULL,
	accepted_us BIGINT NOT NULL DEFAULT 0,
	ended_us    BIGINT NOT NULL DEFAULT 0,
	ended_by    TEXT   NOT NULL DEFAULT '',
	why         TEXT   NOT NULL DEFAULT '',
	evidence    TEXT   NOT NULL,
	PRIMARY KEY (body, id)
);
CREATE UNIQUE INDEX identity_unit_post_act ON identity_unit_post (body, act);
CREATE INDEX identity_unit_post_at ON identity_unit_post (body, unit, id);
CREATE INDEX identity_unit_post_until ON identity_unit_post (until_day, body, id) WHERE state <> 'ended';

-- Directory: the posts that somebody was offered.
CREATE TABLE identity_unit_post_of (
	person TEXT NOT NULL,
	post   TEXT NOT NULL,
	body   TEXT NOT NULL,
	PRIMARY KEY (person, post)
);

-- Who looked for whom in vain when: the accounts are no directory.
CREATE TABLE identity_unit_try (
	person TEXT   NOT NULL,
	at_us  BIGINT NOT NULL,
	id     TEXT   NOT NULL,
	PRIMARY KEY (person, at_us, id)
);

-- +goose Down
DROP TABLE identity_unit_try;
DROP TABLE identity_unit_post_of;
DROP TABLE identity_unit_post;
DROP TABLE identity_unit_change;
DROP TABLE identity_unit;
