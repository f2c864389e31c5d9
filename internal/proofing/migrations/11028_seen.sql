-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
-- When the person saw on the page how the attempt ended. Whoever has not is told.
ALTER TABLE proofing_try ADD COLUMN seen_us BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE proofing_try DROP COLUMN seen_us;
