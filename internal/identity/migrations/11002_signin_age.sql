-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- Sign-ins are removed after a year: see sweep.go.
CREATE INDEX identity_signin_at ON identity_signin (at_us);

-- +goose Down
DROP INDEX identity_signin_at;
