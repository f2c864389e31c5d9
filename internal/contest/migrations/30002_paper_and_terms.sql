-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- Set aside: whether the judge has ordered that the paper is served anew on paper
-- although there is an account, and why. The term that stood when the contest was
-- signed, in days (0: none), and where it is known from.
ALTER TABLE contest_contest ADD COLUMN on_paper BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE contest_contest ADD COLUMN paper_why TEXT NOT NULL DEFAULT '';
ALTER TABLE contest_contest ADD COLUMN term_days BIGINT NOT NULL DEFAULT 0;
ALTER TABLE contest_contest ADD COLUMN term_source TEXT NOT NULL DEFAULT '';

-- The terms within which service is to be contested, as an administrator has entered
-- them: none at first, since no source names one. Rows are added, never changed; of
-- the rows that hold on the day of issuing the one entered last counts.
CREATE TABLE contest_term (
	id       TEXT   NOT NULL,
	reason   TEXT   NOT NULL,            -- code of reasons.json
	from_day BIGINT NOT NULL,            -- for what is issued from this day on
	days     BIGINT NOT NULL,            -- from service; 0: no term
	source   TEXT   NOT NULL,            -- the article, in words
	person   TEXT   NOT NULL,            -- who entered it
	label    TEXT   NOT NULL,            -- their name
	made_us  BIGINT NOT NULL,
	evidence TEXT   NOT NULL,
	PRIMARY KEY (id),
	CHECK (days >= 0)
);
CREATE INDEX contest_term_reason ON contest_term (reason, from_day, made_us);

-- +goose Down
DROP TABLE contest_term;
ALTER TABLE contest_contest DROP COLUMN term_source;
ALTER TABLE contest_contest DROP COLUMN term_days;
ALTER TABLE contest_contest DROP COLUMN paper_why;
ALTER TABLE contest_contest DROP COLUMN on_paper;
