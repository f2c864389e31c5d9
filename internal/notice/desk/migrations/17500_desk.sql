-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- Which desk of a body a notice went to. The notice itself, and its effect, stand
-- elsewhere and do not depend on this.
CREATE TABLE notice_desk_item (
	body        TEXT   NOT NULL,             -- the account of the body or company
	notice      TEXT   NOT NULL,
	unit        TEXT   NOT NULL,             -- of identity_unit; '' is the top of the body
	kind        TEXT   NOT NULL,
	case_id     TEXT   NOT NULL,
	case_number TEXT   NOT NULL,
	court       TEXT   NOT NULL,             -- code of the unit that sent it
	province    TEXT   NOT NULL,
	rules       BIGINT NOT NULL,             -- version of the rules by which it was sent here; 0: there were none
	rule        BIGINT NOT NULL,             -- which of them, from 1; 0: none
	arrived_us  BIGINT NOT NULL,
	opened_us   BIGINT NOT NULL DEFAULT 0,   -- by somebody whose opening counts
	deemed_us   BIGINT NOT NULL DEFAULT 0,
	state       TEXT   NOT NULL DEFAULT 'new',
	holder      TEXT   NOT NULL DEFAULT '',  -- who has taken it, as a person
	since_us    BIGINT NOT NULL,             -- of the state
	PRIMARY KEY (body, notice),
	CHECK (state IN ('new', 'taken', 'done')),
	CHECK ((state = 'taken') = (holder <> ''))
);
CREATE INDEX notice_desk_item_at ON notice_desk_item (body, arrived_us, notice);
CREATE INDEX notice_desk_item_holder ON notice_desk_item (holder) WHERE holder <> '';

-- Every step of a notice on its way through a body; nothing of it is changed.
CREATE TABLE notice_desk_step (
	body     TEXT   NOT NULL,
	notice   TEXT   NOT NULL,
	id       TEXT   NOT NULL,
	what     TEXT   NOT NULL,                -- routed, opened, taken, left, handed, done, again
	unit     TEXT   NOT NULL,                -- where it is since then
	person   TEXT   NOT NULL,                -- '' nobody: by a rule, or a program
	note     TEXT   NOT NULL,
	at_us    BIGINT NOT NULL,
	evidence TEXT   NOT NULL,
	PRIMARY KEY (body, notice, id)
);
CREATE INDEX notice_desk_step_person ON notice_desk_step (person, at_us) WHERE person <> '';

-- The rules of a body, in versions; the newest one holds.
CREATE TABLE notice_desk_rules (
	body      TEXT   NOT NULL,
	version   BIGINT NOT NULL,
	top       TEXT   NOT NULL,               -- the desk for what no rule names; '' is the top of the body
	rules     TEXT   NOT NULL,               -- JSON
	by_person TEXT   NOT NULL,
	at_us     BIGINT NOT NULL,
	evidence  TEXT   NOT NULL,
	PRIMARY KEY (body, version)
);

-- +goose Down
DROP TABLE notice_desk_rules;
DROP TABLE notice_desk_step;
DROP TABLE notice_desk_item;
