-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- What was done about somebody, and by whom looked at, over all offices.
CREATE INDEX office_visit_about ON office_visit (person) WHERE person <> '';
CREATE INDEX office_look_about ON office_look (person);
CREATE INDEX office_voucher_about ON office_voucher (person);

-- +goose Down
DROP INDEX office_voucher_about;
DROP INDEX office_look_about;
DROP INDEX office_visit_about;
