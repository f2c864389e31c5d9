-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- What one person lets another do in their name (package mandate).
CREATE TABLE identity_mandate (
	giver       TEXT   NOT NULL,
	id          TEXT   NOT NULL,
	act         TEXT   NOT NULL,            -- key of the act that drafted it
	number      TEXT   NOT NULL,
	kind        TEXT   NOT NULL,
	taker       TEXT   NOT NULL,
	rights      TEXT   NOT NULL,            -- with a space between
	from_day    BIGINT NOT NULL DEFAULT 0,  -- of the acceptance
	until_day   BIGINT NOT NULL,
	state       TEXT   NOT NULL,            -- draft, offered, active, ended
	given_by    TEXT   NOT NULL,            -- who gave it, if not the giver himself
	code        TEXT   NOT NULL DEFAULT '',
	capacity    TEXT   NOT NULL DEFAULT '',
	base_person TEXT   NOT NULL DEFAULT '', -- the licence on which it rests
	base        TEXT   NOT NULL DEFAULT '',
	created_us  BIGINT NOT NULL,
	given_us    BIGINT NOT NULL DEFAULT 0,
	accepted_us BIGINT NOT NULL DEFAULT 0,
	ended_us    BIGINT NOT NULL DEFAULT 0,
	ended_by    TEXT   NOT NULL DEFAULT '',
	why         TEXT   NOT NULL DEFAULT '', -- revoked, resigned, declined, over
	evidence    TEXT   NOT NULL DEFAULT '', -- of the last step
	PRIMARY KEY (giver, id)
);
CREATE UNIQUE INDEX identity_mandate_act ON identity_mandate (giver, act);
CREATE INDEX identity_mandate_until ON identity_mandate (until_day, giver, id) WHERE state <> 'ended';

-- Directory: the mandates that somebody was offered.
CREATE TABLE identity_mandate_of (
	taker   TEXT NOT NULL,
	mandate TEXT NOT NULL,
	giver   TEXT NOT NULL,
	PRIMARY KEY (taker, mandate)
);

-- Who looked for a taker when: a few times an hour.
CREATE TABLE identity_mandate_try (
	person TEXT   NOT NULL,
	at_us  BIGINT NOT NULL,
	id     TEXT   NOT NULL,
	PRIMARY KEY (person, at_us, id)
);

-- +goose Down
DROP TABLE identity_mandate_try;
DROP TABLE identity_mandate_of;
DROP TABLE identity_mandate;
