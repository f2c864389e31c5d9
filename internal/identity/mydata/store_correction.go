// SPDX-License-Identifier: Apache-2.0

package mydata

import (
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

type correctionRow struct {
	Owner   string     `db:"owner"`
	ID      string     `db:"id"`
	Field   Field      `db:"field"`
	Claimed string     `db:"claimed"`
	Reason  string     `db:"reason"`
	By      string     `db:"asked_by"`
	File    string     `db:"file"`
	Blob    string     `db:"blob"`
	State   string     `db:"state"`
	Answer  string     `db:"answer"`
	Decider string     `db:"decided_by"`
	Name    string     `db:"decided_name"`
	Asked   store.Time `db:"asked_us"`
	Decided store.Time `db:"decided_us"`
}

func (r correctionRow) correction() Correction {
	return Correction{
		Owner: r.Owner, ID: r.ID, Field: r.Field, Claimed: r.Claimed, Reason: r.Reason, File: r.File, State: r.State, Answer: r.Answer,
		Decider: r.Name, Asked: r.Asked.Time, Decided: r.Decided.Time, blob: r.Blob, by: r.By,
	}
}

type changeRow struct {
	Person     string      `db:"person"`
	ID         string      `db:"id"`
	Field      string      `db:"field"`
	Was        string      `db:"was"`
	Now        string      `db:"now"`
	Source     string      `db:"source"`
	Correction string      `db:"correction"`
	ByPerson   string      `db:"by_person"`
	ByRole     policy.Role `db:"by_role"`
	At         store.Time  `db:"at_us"`
}

const correctionColumns = `owner, id, field, claimed, reason, asked_by, file, blob, state, answer, decided_by, decided_name, asked_us, decided_us`

const (
	sqlCorrection      = `SELECT ` + correctionColumns + ` FROM identity_correction WHERE owner = $1 AND id = $2`
	sqlCorrections     = `SELECT ` + correctionColumns + ` FROM identity_correction WHERE owner = $1 ORDER BY id DESC LIMIT $2`
	sqlOpenCorrections = `SELECT ` + correctionColumns + ` FROM identity_correction WHERE state = 'asked' ORDER BY asked_us, id LIMIT $1`
	sqlOpenOf          = `SELECT count(*) FROM identity_correction WHERE owner = $1 AND state = 'asked'`
	sqlDecide          = `
UPDATE identity_correction SET state = $3, answer = $4, decided_by = $5, decided_name = $6, decided_us = $7
WHERE owner = $1 AND id = $2 AND state = 'asked'`

	sqlSetFirstName  = `UPDATE identity_person SET first_name = $2 WHERE id = $1 AND first_name = $3`
	sqlSetLastName   = `UPDATE identity_person SET last_name = $2 WHERE id = $1 AND last_name = $3`
	sqlSetFatherName = `UPDATE identity_person SET father_name = $2 WHERE id = $1 AND father_name = $3`
	sqlSetProvince   = `UPDATE identity_person SET province = $2 WHERE id = $1 AND province = $3`
)
