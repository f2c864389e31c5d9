-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- In which files somebody stands, for whoever asks what is kept about them.
CREATE INDEX identity_intro_row_code ON identity_intro_row (national_code) WHERE national_code <> '';

-- +goose Down
DROP INDEX identity_intro_row_code;
