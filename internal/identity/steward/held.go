// SPDX-License-Identifier: Apache-2.0

package steward

import (
	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const sqlHeldProposals = `
SELECT proposed_us AS at, kind, proposed_name AS name, reason, state, decided_name AS decider, decided_us AS decided
FROM identity_proposal WHERE person = $1 ORDER BY id DESC LIMIT $2`

// Held is what this package keeps about a person.
func Held() []held.Source {
	return []held.Source{held.ByPerson[struct {
		At      store.Time `db:"at"`
		Kind    string     `db:"kind" held:"-"`
		Name    string     `db:"name"`
		Reason  string     `db:"reason"`
		State   string     `db:"state" held:"steward.state."`
		Decider string     `db:"decider"`
		Decided store.Time `db:"decided"`
	}]("identity.held.proposals", sqlHeldProposals)}
}
