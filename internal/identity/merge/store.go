// SPDX-License-Identifier: Apache-2.0

package merge

import (
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// The states of a merge.
const (
	merged = "merged"
	undone = "undone"
)

type mergeRow struct {
	ID     string     `db:"id"`
	Gone   string     `db:"gone"`
	Into   string     `db:"into_person"`
	State  string     `db:"state"`
	At     store.Time `db:"at_us"`
	Undone store.Time `db:"undone_us"`
}

// What a part of a merge is.
const (
	partName     = "name"     // a directory leads on: kind, country, value are its key, person whom it led to
	partProof    = "proof"    // value is a proof of person that the merge ended
	partCapacity = "capacity" // value is a capacity of person that the merge ended
	partAdded    = "added"    // value is a proof or a capacity (kind) that the merge gave person
)

// Kinds of names beside those of identifiers.
const (
	nationalCode = "national_code"
	judicialID   = "judicial_id"
)

type partRow struct {
	Merge   string `db:"merge"`
	What    string `db:"what"`
	Kind    string `db:"kind"`
	Country string `db:"country"`
	Value   string `db:"value"`
	Person  string `db:"person"`
}

type doneRow struct {
	Module string     `db:"module"`
	Back   bool       `db:"back"`
	N      int64      `db:"n"`
	At     store.Time `db:"at_us"`
}

type proofRow struct {
	ID    string       `db:"id"`
	Way   identity.Way `db:"way"`
	Level int64        `db:"level"`
	Ref   string       `db:"ref"`
	Until store.Time   `db:"until_us"`
	Ended store.Time   `db:"ended_us"`
}

const (
	mergeColumns = `id, gone, into_person, state, at_us, undone_us`

	sqlMerge       = `SELECT ` + mergeColumns + ` FROM identity_merge WHERE id = $1`
	sqlMergeLocked = `SELECT ` + mergeColumns + ` FROM identity_merge WHERE gone = $1 AND state = 'merged' ORDER BY id DESC LIMIT 1 FOR UPDATE`
	sqlRecent      = `SELECT ` + mergeColumns + ` FROM identity_merge ORDER BY id DESC LIMIT $1`
	sqlUndone      = `UPDATE identity_merge SET state = 'undone', undone_us = $2 WHERE id = $1 AND state = 'merged'`

	sqlParts = `SELECT merge, what, kind, country, value, person FROM identity_merge_part WHERE merge = $1 ORDER BY what, kind, country, value`
	sqlDone  = `SELECT module, back, n, at_us FROM identity_merge_done WHERE merge = $1 ORDER BY module, back`

	// Guardians rest on no mandate.
	sqlGuardians = `
SELECT DISTINCT person FROM identity_capacity WHERE for_person = $1 AND role = 'guardian' AND ended_us = 0 AND mandate = '' ORDER BY person`
	// The names that lead to somebody: their own and those that merges brought.
	sqlNames = `
SELECT 'national_code' AS kind, '' AS country, national_code AS value FROM identity_person WHERE id = $1 AND national_code <> ''
UNION SELECT 'judicial_id', '', judicial_id FROM identity_person WHERE id = $1
UNION SELECT kind, country, value FROM identity_identifier WHERE person = $1 AND until_us = 0
UNION SELECT p.kind, p.country, p.value FROM identity_merge m JOIN identity_merge_part p ON p.merge = m.id AND p.what = 'name'
	WHERE m.into_person = $1 AND m.state = 'merged'`
	sqlNationalCode = `UPDATE identity_by_national_code SET person = $3 WHERE national_code = $1 AND person = $2`
	sqlJudicialID   = `UPDATE identity_by_judicial_id SET person = $3 WHERE judicial_id = $1 AND person = $2`
	sqlIdentifier   = `UPDATE identity_by_identifier SET person = $5 WHERE kind = $1 AND country = $2 AND value = $3 AND person = $4`

	sqlProofs = `SELECT id, way, level, ref, until_us, ended_us FROM identity_proof WHERE person = $1 ORDER BY level DESC, id DESC`
)
