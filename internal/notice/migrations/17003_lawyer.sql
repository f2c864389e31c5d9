-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- Whom the addressee represents, if the notice went to a lawyer on record.
ALTER TABLE notice_notice ADD COLUMN lawyer_of TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE notice_notice DROP COLUMN lawyer_of;
