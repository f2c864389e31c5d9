// SPDX-License-Identifier: Apache-2.0

package office

import "github.com/tarazu/tarazu/internal/platform/store"

type lookRow struct {
	Office   string     `db:"office"`
	ID       string     `db:"id"`
	Operator string     `db:"operator"`
	Person   string     `db:"person"`
	Reason   string     `db:"reason"`
	Flagged  bool       `db:"flagged"`
	At       store.Time `db:"at_us"`
}

type visitTally struct {
	Operator string  `db:"operator"`
	Kind     Kind    `db:"kind"`
	Consent  Consent `db:"consent"`
	N        int64   `db:"n"`
}

type lookTally struct {
	Operator string `db:"operator"`
	Flagged  bool   `db:"flagged"`
	N        int64  `db:"n"`
}

const (
	// The client told this operator a code.
	sqlAgreed = `SELECT count(*) FROM office_visit
WHERE office = $1 AND person = $2 AND operator = $3 AND consent = 'code' AND person <> '' AND done_us >= $4`
	sqlVisitTallies = `SELECT operator, kind, consent, count(*) AS n FROM office_visit
WHERE office = $1 AND state = 'done' AND done_us >= $2 GROUP BY operator, kind, consent ORDER BY operator, kind, consent`
	sqlLookTallies = `SELECT operator, flagged, count(*) AS n FROM office_look
WHERE office = $1 AND at_us >= $2 GROUP BY operator, flagged ORDER BY operator, flagged`
	sqlFlags = `SELECT office, id, operator, person, reason, flagged, at_us FROM office_look
WHERE office = $1 AND at_us >= $2 AND flagged ORDER BY at_us DESC, id DESC LIMIT $3`
)
