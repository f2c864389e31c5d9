-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- A judge has ordered that the notice goes on paper: an account that its addressee has,
-- or gets, does not change the way.
ALTER TABLE docket_notice ADD COLUMN ordered_paper BOOLEAN NOT NULL DEFAULT FALSE;

-- +goose Down
ALTER TABLE docket_notice DROP COLUMN ordered_paper;
