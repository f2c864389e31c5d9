-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
-- What somebody allowed is ended when the account is found to be another's.
CREATE INDEX identity_sso_request_person ON identity_sso_request (person);

-- +goose Down
DROP INDEX identity_sso_request_person;
