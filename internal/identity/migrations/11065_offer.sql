-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- What was offered under a post: it ends with that post (package body).
CREATE INDEX identity_unit_post_offered ON identity_unit_post (body, given_post, id) WHERE state = 'offered';

-- +goose Down
DROP INDEX identity_unit_post_offered;
