-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
-- When the registries were last asked about somebody at their own wish.
CREATE TABLE proofing_ask (
  person TEXT PRIMARY KEY,
  asked_us BIGINT NOT NULL
);
