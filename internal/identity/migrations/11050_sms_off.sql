-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- Who has turned the text message off as the second step of signing in.
CREATE TABLE identity_sms_off (
	person   TEXT   NOT NULL PRIMARY KEY,
	since_us BIGINT NOT NULL
);

-- +goose Down
DROP TABLE identity_sms_off;
