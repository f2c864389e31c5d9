-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
-- Who offered proofing by video, and for how much, since when.
CREATE TABLE proofing_broker (
  id TEXT NOT NULL,
  since_us BIGINT NOT NULL,
  name_fa TEXT NOT NULL,
  name_en TEXT NOT NULL,
  price BIGINT NOT NULL CHECK (price >= 0),
  seen_us BIGINT NOT NULL,
  until_us BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (id, since_us)
);

-- One payment to one broker, with the attempts that it covers.
CREATE TABLE proofing_order (
  owner TEXT NOT NULL,
  id TEXT NOT NULL,
  broker TEXT NOT NULL,
  name_fa TEXT NOT NULL,
  name_en TEXT NOT NULL,
  price BIGINT NOT NULL,
  payment TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL,
  tries BIGINT NOT NULL DEFAULT 0,
  counted BIGINT NOT NULL DEFAULT 0,
  lang TEXT NOT NULL,
  back TEXT NOT NULL DEFAULT '',
  created_us BIGINT NOT NULL,
  ended_us BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (owner, id)
);

CREATE TABLE proofing_try (
  owner TEXT NOT NULL,
  order_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  reference TEXT NOT NULL,
  token TEXT NOT NULL DEFAULT '',
  page_url TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL,
  evidence TEXT NOT NULL DEFAULT '',
  started_us BIGINT NOT NULL DEFAULT 0,
  decided_us BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (owner, order_id, number)
);

-- Directory: the broker's token to the attempt.
CREATE TABLE proofing_token (
  token TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  order_id TEXT NOT NULL,
  number BIGINT NOT NULL
);
