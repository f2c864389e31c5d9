-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
CREATE TABLE api_limit (
    key     TEXT PRIMARY KEY, -- keyed hash of a token's or an address's name
    till_us BIGINT NOT NULL   -- until when its calls are paid for
);
CREATE INDEX api_limit_till ON api_limit (till_us);
