-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- What happened to a notice besides its issuing, arrival and first opening:
-- appended, never changed. What it means in law is computed (effects.json).
CREATE TABLE notice_fact (
	owner    TEXT   NOT NULL,
	notice   TEXT   NOT NULL,
	id       TEXT   NOT NULL,
	kind     TEXT   NOT NULL,
	at_us    BIGINT NOT NULL,             -- when it happened
	code     TEXT   NOT NULL DEFAULT '',  -- opener, code of the outcome, or why
	person   TEXT   NOT NULL DEFAULT '',  -- who acted
	role     TEXT   NOT NULL DEFAULT '',  -- in which capacity
	holds_us BIGINT NOT NULL DEFAULT 0,   -- a decision: since when the notice is served
	other    TEXT   NOT NULL DEFAULT '',  -- the notice, attempt, order or contest that it comes of
	evidence TEXT   NOT NULL,
	made_us  BIGINT NOT NULL,
	PRIMARY KEY (owner, notice, id)
);

-- As what the addressee stands there, and who opened first: both decide what
-- the facts mean.
ALTER TABLE notice_notice ADD COLUMN addressee TEXT NOT NULL DEFAULT 'person';
ALTER TABLE notice_notice ADD COLUMN opener TEXT NOT NULL DEFAULT '';
ALTER TABLE notice_notice ADD COLUMN facts BIGINT NOT NULL DEFAULT 0;
ALTER TABLE notice_notice ADD COLUMN replaced_by TEXT NOT NULL DEFAULT '';
ALTER TABLE notice_notice ADD COLUMN timed_us BIGINT NOT NULL DEFAULT 0;
UPDATE notice_notice SET addressee = 'lawyer' WHERE lawyer_of <> '';
UPDATE notice_notice SET opener = CASE viewed_role WHEN 'citizen' THEN 'self' WHEN 'expert' THEN 'self' ELSE viewed_role END WHERE viewed_us > 0;

-- What nobody has opened yet, the oldest first: whose time is up is found here.
CREATE INDEX notice_notice_waiting ON notice_notice (arrived_us, id) WHERE way = 'electronic' AND viewed_us = 0 AND timed_us = 0;

-- +goose Down
DROP INDEX notice_notice_waiting;
ALTER TABLE notice_notice DROP COLUMN timed_us;
ALTER TABLE notice_notice DROP COLUMN replaced_by;
ALTER TABLE notice_notice DROP COLUMN facts;
ALTER TABLE notice_notice DROP COLUMN opener;
ALTER TABLE notice_notice DROP COLUMN addressee;
DROP TABLE notice_fact;
