-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- Many notices of one sender, issued one after another in the background.
CREATE TABLE notice_batch (
	id          TEXT   NOT NULL PRIMARY KEY,
	sender      TEXT   NOT NULL,
	sender_kind TEXT   NOT NULL,
	idem        TEXT   NOT NULL,            -- the same key is the same batch
	kind        TEXT   NOT NULL,            -- which module issues its rows
	title_fa    TEXT   NOT NULL,
	title_en    TEXT   NOT NULL,
	by_person   TEXT   NOT NULL,
	by_role     TEXT   NOT NULL,
	by_unit     TEXT   NOT NULL DEFAULT '',
	by_branch   TEXT   NOT NULL DEFAULT '',
	by_name     TEXT   NOT NULL DEFAULT '',
	state       TEXT   NOT NULL,
	total       BIGINT NOT NULL DEFAULT 0,  -- rows taken in
	done        BIGINT NOT NULL DEFAULT 0,  -- issued
	refused     BIGINT NOT NULL DEFAULT 0,  -- cannot be issued, with the reason
	twins       BIGINT NOT NULL DEFAULT 0,  -- are in another batch, or earlier in this one
	made_us     BIGINT NOT NULL,
	started_us  BIGINT NOT NULL DEFAULT 0,
	ended_us    BIGINT NOT NULL DEFAULT 0,
	CHECK (state IN ('taking', 'checked', 'going', 'paused', 'done', 'stopped'))
);

CREATE UNIQUE INDEX notice_batch_idem ON notice_batch (sender, idem);
CREATE INDEX notice_batch_going ON notice_batch (sender, id) WHERE state = 'going';

-- What a row is made from is kept only until it is issued or refused.
CREATE TABLE notice_batch_row (
	batch     TEXT   NOT NULL,
	n         BIGINT NOT NULL,
	sender    TEXT   NOT NULL,
	idem      TEXT   NOT NULL,
	label     TEXT   NOT NULL,
	payload   TEXT   NOT NULL,
	state     TEXT   NOT NULL,
	tries     BIGINT NOT NULL DEFAULT 0,
	reason_fa TEXT   NOT NULL DEFAULT '',
	reason_en TEXT   NOT NULL DEFAULT '',
	PRIMARY KEY (batch, n),
	CHECK (state IN ('waiting', 'done', 'refused', 'twin', 'left'))
);

-- Exactly once for each addressee, also if the same file comes twice: a key is
-- free again only if its row was refused, or left when the batch was stopped.
CREATE UNIQUE INDEX notice_batch_row_once ON notice_batch_row (sender, idem) WHERE state IN ('waiting', 'done');
CREATE INDEX notice_batch_row_waiting ON notice_batch_row (batch, tries, n) WHERE state = 'waiting';
CREATE INDEX notice_batch_row_fault ON notice_batch_row (batch, n) WHERE state IN ('refused', 'twin');

-- What came of a row: there can be one.
CREATE TABLE notice_batch_done (
	batch  TEXT   NOT NULL,
	n      BIGINT NOT NULL,
	notice TEXT   NOT NULL,
	number TEXT   NOT NULL,
	way    TEXT   NOT NULL,
	at_us  BIGINT NOT NULL,
	PRIMARY KEY (batch, n)
);
CREATE INDEX notice_batch_done_paper ON notice_batch_done (batch, n) WHERE way = 'paper';

-- Whose turn it is: the sender who was served longest ago, among those with
-- something to send. holder has the turn until held_us.
CREATE TABLE notice_batch_sender (
	sender  TEXT    NOT NULL PRIMARY KEY,
	busy    BOOLEAN NOT NULL,
	started BIGINT  NOT NULL DEFAULT 0,
	turn    BIGINT  NOT NULL DEFAULT 0,
	holder  TEXT    NOT NULL DEFAULT '',
	held_us BIGINT  NOT NULL DEFAULT 0,
	rest_us BIGINT  NOT NULL DEFAULT 0
);
CREATE INDEX notice_batch_sender_turn ON notice_batch_sender (turn, sender);
CREATE INDEX notice_batch_sender_busy ON notice_batch_sender (turn, sender) WHERE busy;

-- +goose Down
DROP TABLE notice_batch_sender;
DROP TABLE notice_batch_done;
DROP TABLE notice_batch_row;
DROP TABLE notice_batch;
