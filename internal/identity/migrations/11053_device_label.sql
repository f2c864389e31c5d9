-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- What the owner calls a device: "my telephone".
ALTER TABLE identity_device ADD COLUMN label TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE identity_device DROP COLUMN label;
