-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- The hearings of a day, of whatever case.
CREATE INDEX docket_hearing_day ON docket_hearing (at_us, case_id, id);

-- +goose Down
DROP INDEX docket_hearing_day;
