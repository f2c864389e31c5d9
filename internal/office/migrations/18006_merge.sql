-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- What came to an account because another one of the same person was merged into
-- it, and goes back if that was a mistake. thing is that of a visit, a look, or a
-- voucher of a visit, whose place it has.
CREATE TABLE office_moved (
	merge  TEXT   NOT NULL,
	kind   TEXT   NOT NULL, -- visit, look, voucher
	office TEXT   NOT NULL,
	thing  TEXT   NOT NULL,
	place  BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (merge, kind, office, thing, place)
);

-- +goose Down
DROP TABLE office_moved;
