-- SPDX-License-Identifier: Apache-2.0
-- +goose Up

-- The account of who signed for a party that opened a case: a lawyer by contract
-- does not act for the other side. Who opened a case has signed; in an appeal,
-- whose parties were copied with who had signed the petition, the registry opened
-- it and nobody of these signed.
ALTER TABLE docket_party ADD COLUMN agent_person TEXT NOT NULL DEFAULT '';

UPDATE docket_party SET agent = '', agent_fa = '', agent_en = ''
WHERE agent <> '' AND EXISTS (SELECT 1 FROM docket_case c WHERE c.id = docket_party.case_id AND c.kind = 'appeal');
UPDATE docket_party SET agent_person = (SELECT c.opened_by FROM docket_case c WHERE c.id = docket_party.case_id)
WHERE agent <> '';

CREATE INDEX docket_party_agent ON docket_party (agent_person, case_id) WHERE agent_person <> '';

-- +goose Down
DROP INDEX docket_party_agent;
ALTER TABLE docket_party DROP COLUMN agent_person;
