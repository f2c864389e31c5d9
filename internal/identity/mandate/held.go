// SPDX-License-Identifier: Apache-2.0

package mandate

import (
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	sqlHeldGiven = `
SELECT m.number, m.kind, trim(p.first_name || ' ' || p.last_name) AS name, m.rights, m.notices, m.state, m.from_day AS since, m.until_day AS until,
	m.accepted_us AS accepted, m.ended_us AS ended, m.why
FROM identity_mandate m JOIN identity_person p ON p.id = m.taker WHERE m.giver = $1 ORDER BY m.id DESC LIMIT $2`
	sqlHeldTaken = `
SELECT m.number, m.kind, trim(p.first_name || ' ' || p.last_name) AS name, m.rights, m.notices, m.state, m.from_day AS since, m.until_day AS until,
	m.accepted_us AS accepted, m.ended_us AS ended, m.why
FROM identity_mandate_of o JOIN identity_mandate m ON m.giver = o.giver AND m.id = o.mandate JOIN identity_person p ON p.id = m.giver
WHERE o.taker = $1 ORDER BY m.id DESC LIMIT $2`
	sqlHeldTries = `
SELECT at_us AS at FROM identity_mandate_try WHERE person = $1 ORDER BY at_us DESC, id LIMIT $2`
)

type heldRow struct {
	Number   string     `db:"number" held:"code"`
	Kind     string     `db:"kind" held:"mandate.kind."`
	Name     string     `db:"name"`
	Rights   string     `db:"rights" held:"-"`
	Notices  string     `db:"notices" held:"-"`
	State    string     `db:"state" held:"mandate.state."`
	Since    civil.Day  `db:"since"`
	Until    civil.Day  `db:"until"`
	Accepted store.Time `db:"accepted"`
	Ended    store.Time `db:"ended"`
	Why      string     `db:"why" held:"mandate.why."`
}

// Held is what this package keeps about a person.
func Held() []held.Source {
	return []held.Source{
		held.ByPerson[heldRow]("identity.held.mandates_given", sqlHeldGiven),
		held.ByPerson[heldRow]("identity.held.mandates_taken", sqlHeldTaken),
		held.ByPerson[struct {
			At store.Time `db:"at"`
		}]("identity.held.mandate_tries", sqlHeldTries),
	}
}
