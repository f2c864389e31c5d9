-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- What a batch of notices (notice_batch) is to its sender. Whoever started it last
-- is in the evidence of each of its notices.
CREATE TABLE sender_batch (
	body       TEXT    NOT NULL,
	id         TEXT    NOT NULL,
	test       BOOLEAN NOT NULL,
	tell_each  BOOLEAN NOT NULL,            -- webhooks tell each notice, not only the end
	started_by TEXT    NOT NULL DEFAULT '',
	capacity   TEXT    NOT NULL DEFAULT '', -- in which, or the key
	by_key     BOOLEAN NOT NULL DEFAULT FALSE,
	made_us    BIGINT  NOT NULL,
	PRIMARY KEY (body, id)
);

-- Of which batch a notice was sent, and whether webhooks are quiet about it.
ALTER TABLE sender_notice ADD COLUMN batch TEXT NOT NULL DEFAULT '';
ALTER TABLE sender_notice ADD COLUMN quiet BOOLEAN NOT NULL DEFAULT FALSE;

-- +goose Down
ALTER TABLE sender_notice DROP COLUMN quiet;
ALTER TABLE sender_notice DROP COLUMN batch;
DROP TABLE sender_batch;
