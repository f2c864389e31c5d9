// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

type identifierRow struct {
	Person  string         `db:"person"`
	ID      string         `db:"id"`
	Kind    IdentifierKind `db:"kind"`
	Country string         `db:"country"`
	Value   string         `db:"value"`
	Source  string         `db:"source"`
	From    store.Time     `db:"from_us"`
	Until   store.Time     `db:"until_us"`
}

type byIdentifierRow struct {
	Kind    IdentifierKind `db:"kind"`
	Country string         `db:"country"`
	Value   string         `db:"value"`
	Person  string         `db:"person"`
}

// sqlPersonOfName asks all directories by which people sign in, in one
// statement: how long it takes does not tell which of them knows the name.
const sqlPersonOfName = `
SELECT n.person FROM (
	SELECT person, 1 AS turn FROM identity_by_national_code WHERE national_code = $1
	UNION ALL SELECT person, 2 FROM identity_by_judicial_id WHERE judicial_id = $1
	UNION ALL SELECT person, 3 FROM identity_by_identifier WHERE kind = $2 AND country = '' AND value = $1
) AS n ORDER BY n.turn LIMIT 1`

const (
	identifierColumns = `person, id, kind, country, value, source, from_us, until_us`

	sqlIdentifiers        = `SELECT ` + identifierColumns + ` FROM identity_identifier WHERE person = $1 ORDER BY id DESC`
	sqlIdentifiersNow     = `SELECT ` + identifierColumns + ` FROM identity_identifier WHERE person = $1 AND kind = $2 AND country = $3 AND until_us = 0`
	sqlEndIdentifier      = `UPDATE identity_identifier SET until_us = $3 WHERE person = $1 AND id = $2 AND until_us = 0`
	sqlForgetIdentifier   = `DELETE FROM identity_by_identifier WHERE kind = $1 AND country = $2 AND value = $3 AND person = $4`
	sqlPersonOfIdentifier = `SELECT person FROM identity_by_identifier WHERE kind = $1 AND country = $2 AND value = $3`
)

type proofRow struct {
	Person   string      `db:"person"`
	ID       string      `db:"id"`
	Level    int64       `db:"level"`
	Way      Way         `db:"way"`
	ByPerson string      `db:"by_person"`
	ByRole   policy.Role `db:"by_role"`
	Unit     string      `db:"unit"`
	Ref      string      `db:"ref"`
	At       store.Time  `db:"at_us"`
	Until    store.Time  `db:"until_us"`
	Ended    store.Time  `db:"ended_us"`
	EndedWhy string      `db:"ended_why"`
}

func (r proofRow) proof() Proof {
	return Proof{
		Person: r.Person, Way: r.Way, By: policy.Actor{Person: r.ByPerson, Role: r.ByRole, Unit: r.Unit}, Ref: r.Ref,
		At: r.At.Time, Until: r.Until.Time, Ended: r.Ended.Time, EndedWhy: r.EndedWhy,
	}
}

const (
	sqlProofs = `
SELECT person, id, level, way, by_person, by_role, unit, ref, at_us, until_us, ended_us, ended_why
FROM identity_proof WHERE person = $1 ORDER BY id DESC`
	sqlResidence   = `SELECT country FROM identity_person WHERE id = $1`
	sqlEndProof    = `UPDATE identity_proof SET ended_us = $3, ended_why = $4 WHERE person = $1 AND id = $2 AND ended_us = 0`
	sqlKnown       = `UPDATE identity_person SET assurance = assurance WHERE id = $1 AND assurance >= $2`
	sqlTouchPerson = `UPDATE identity_person SET assurance = assurance WHERE id = $1`
	sqlSetLevel    = `UPDATE identity_person SET assurance = $2 WHERE id = $1`
)
