// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// What a record is about stands with the thing itself; here it might tell what
// stands in a notice that was not opened.
const sqlHeldEvidence = `
SELECT id, staged_us AS at, coalesce(idx, -1) AS place FROM ledger_entry WHERE owner = $1 ORDER BY staged_us DESC, id LIMIT $2`

// Held is what this package keeps about a person: that there is evidence, and
// where in the log.
func Held() []held.Source {
	return []held.Source{held.ByPerson[struct {
		ID    string     `db:"id" held:"code"`
		At    store.Time `db:"at"`
		Place int64      `db:"place" held:"-"`
	}]("ledger.held.evidence", sqlHeldEvidence)}
}
