// SPDX-License-Identifier: Apache-2.0

package proofing

import (
	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const sqlHeldOrders = `
SELECT created_us AS made, broker AS name, price AS amount, state, counted AS attempt, ended_us AS ended
FROM proofing_order WHERE owner = $1 ORDER BY id DESC LIMIT $2`

// Held is what this module keeps about a person.
func Held() []held.Source {
	return []held.Source{held.ByPerson[struct {
		Made    store.Time `db:"made"`
		Name    string     `db:"name"`
		Amount  int64      `db:"amount" held:"money"`
		State   string     `db:"state" held:"proofing.state."`
		Attempt int64      `db:"attempt"`
		Ended   store.Time `db:"ended"`
	}]("proofing.held.orders", sqlHeldOrders)}
}
