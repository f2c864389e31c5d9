-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
CREATE TABLE web_session (
    token      TEXT NOT NULL PRIMARY KEY, -- SHA-256 of the cookie's value, never the value
    id         TEXT NOT NULL,             -- name of the session for its owner and for evidence
    person     TEXT NOT NULL DEFAULT '',  -- '' until somebody signs in
    capacity   TEXT NOT NULL DEFAULT '',
    agent      TEXT NOT NULL DEFAULT '',  -- kind of device and browser, coarse
    data       TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    touched_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX web_session_person ON web_session (person, expires_at);
CREATE INDEX web_session_expires ON web_session (expires_at);
