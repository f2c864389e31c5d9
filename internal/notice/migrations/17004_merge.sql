-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- Notices that came to an account because another one of the same person was
-- merged into it: what goes back if that was a mistake.
CREATE TABLE notice_moved (
	merge  TEXT NOT NULL,
	notice TEXT NOT NULL,
	PRIMARY KEY (merge, notice)
);

-- +goose Down
DROP TABLE notice_moved;
