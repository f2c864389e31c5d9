-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- For whom somebody made the batch, and in which capacity; until when its sender
-- rests, and why it rests or was stopped.
ALTER TABLE notice_batch ADD COLUMN by_for TEXT NOT NULL DEFAULT '';
ALTER TABLE notice_batch ADD COLUMN by_capacity TEXT NOT NULL DEFAULT '';
ALTER TABLE notice_batch ADD COLUMN rest_us BIGINT NOT NULL DEFAULT 0;
ALTER TABLE notice_batch ADD COLUMN why_fa TEXT NOT NULL DEFAULT '';
ALTER TABLE notice_batch ADD COLUMN why_en TEXT NOT NULL DEFAULT '';

-- What is wrong with a row, for programs.
ALTER TABLE notice_batch_row ADD COLUMN field TEXT NOT NULL DEFAULT '';
ALTER TABLE notice_batch_row ADD COLUMN code TEXT NOT NULL DEFAULT '';

CREATE INDEX notice_batch_open ON notice_batch (sender, id) WHERE state IN ('taking', 'checked', 'going', 'paused');
CREATE INDEX notice_batch_old ON notice_batch (kind, made_us) WHERE state IN ('taking', 'checked');
CREATE INDEX notice_batch_done_none ON notice_batch_done (batch, n) WHERE way = 'none';

-- +goose Down
DROP INDEX notice_batch_done_none;
DROP INDEX notice_batch_old;
DROP INDEX notice_batch_open;
ALTER TABLE notice_batch_row DROP COLUMN code;
ALTER TABLE notice_batch_row DROP COLUMN field;
ALTER TABLE notice_batch DROP COLUMN why_en;
ALTER TABLE notice_batch DROP COLUMN why_fa;
ALTER TABLE notice_batch DROP COLUMN rest_us;
ALTER TABLE notice_batch DROP COLUMN by_capacity;
ALTER TABLE notice_batch DROP COLUMN by_for;
