// SPDX-License-Identifier: Apache-2.0

package body

import (
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	sqlHeldPosts = `
SELECT trim(b.first_name || ' ' || b.last_name) AS name, u.name_fa AS unit, p.title_fa AS title, p.rights, p.notices, p.state, p.from_day AS since,
	p.until_day AS until, p.accepted_us AS accepted, p.ended_us AS ended, p.why
FROM identity_unit_post_of o JOIN identity_unit_post p ON p.body = o.body AND p.id = o.post
	JOIN identity_unit u ON u.body = p.body AND u.id = p.unit JOIN identity_person b ON b.id = p.body
WHERE o.person = $1 AND p.person = $1 ORDER BY p.id DESC LIMIT $2`
	sqlHeldMisses = `
SELECT at_us AS at FROM identity_unit_try WHERE person = $1 ORDER BY at_us DESC, id LIMIT $2`
)

type heldRow struct {
	Name     string     `db:"name"`
	Unit     string     `db:"unit"`
	Title    string     `db:"title"`
	Rights   string     `db:"rights" held:"-"`
	Notices  string     `db:"notices" held:"-"`
	State    string     `db:"state" held:"body.state."`
	Since    civil.Day  `db:"since"`
	Until    civil.Day  `db:"until"`
	Accepted store.Time `db:"accepted"`
	Ended    store.Time `db:"ended"`
	Why      string     `db:"why" held:"body.why."`
}

// Held is what this package keeps about a person.
func Held() []held.Source {
	return []held.Source{
		held.ByPerson[heldRow]("identity.held.unit_posts", sqlHeldPosts),
		held.ByPerson[struct {
			At store.Time `db:"at"`
		}]("identity.held.unit_tries", sqlHeldMisses),
	}
}
