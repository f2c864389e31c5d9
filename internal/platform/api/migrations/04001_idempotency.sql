-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
CREATE TABLE api_idempotency (
    actor      TEXT NOT NULL,   -- person and capacity; 'anybody' before there is one
    key_hash   TEXT NOT NULL,   -- of the Idempotency-Key, never the key
    asked      TEXT NOT NULL,   -- hash of what was asked for
    state      TEXT NOT NULL,   -- at_work, done
    holder     TEXT NOT NULL,   -- the request that is at work
    until_us   BIGINT NOT NULL, -- at work: end of the lease; done: end of the keeping
    status     BIGINT NOT NULL DEFAULT 0,
    answer     BYTEA,           -- headers and body, sealed with a key that is made of the Idempotency-Key
    created_us BIGINT NOT NULL,
    PRIMARY KEY (actor, key_hash)
);
CREATE INDEX api_idempotency_until ON api_idempotency (until_us);
