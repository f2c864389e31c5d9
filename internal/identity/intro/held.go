// SPDX-License-Identifier: Apache-2.0

package intro

import (
	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const sqlHeldIntroductions = `
SELECT b.kind, b.source AS unit, r.cells AS entered, coalesce(x.state, '') AS outcome, b.created_us AS at
FROM identity_intro_row r JOIN identity_intro_batch b ON b.id = r.batch
LEFT JOIN identity_intro_result x ON x.batch = r.batch AND x.n = r.n
WHERE r.national_code = $1 AND r.national_code <> '' ORDER BY r.batch DESC, r.n LIMIT $2`

// Held is what this package keeps about a person: the rows of files in which
// others introduced them.
func Held() []held.Source {
	return []held.Source{held.ByNationalCode[struct {
		Kind    string     `db:"kind" held:"-"`
		Unit    string     `db:"unit" held:"code"`
		Entered string     `db:"entered" held:"json"`
		Outcome string     `db:"outcome" held:"identity.held.outcome."`
		At      store.Time `db:"at"`
	}]("identity.held.introductions", sqlHeldIntroductions)}
}
