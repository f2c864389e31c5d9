-- SPDX-License-Identifier: Apache-2.0
-- +goose Up
-- An appeal that was served waits on the desk until its file is sent to the
-- court of appeal (state 'onward').
UPDATE filing_desk SET state = 'onward' WHERE state = 'done' AND act = 'serve' AND kind = 'objection' AND service = 'appeal-civil';

-- +goose Down
UPDATE filing_desk SET state = 'done' WHERE state = 'onward';
