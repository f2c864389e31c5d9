// SPDX-License-Identifier: Apache-2.0

package recovery

import (
	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const sqlHeld = `
SELECT mobile, email, state, created_us AS made, ended_us AS ended FROM identity_recover WHERE person = $1 ORDER BY id DESC LIMIT $2`

// Held is what this package keeps about a person. The number that is told at an
// office is not shown: it belongs to whoever asks.
func Held() []held.Source {
	return []held.Source{
		held.ByPerson[struct {
			Mobile string     `db:"mobile" held:"code"`
			Email  string     `db:"email" held:"code"`
			State  State      `db:"state" held:"recovery.state."`
			Made   store.Time `db:"made"`
			Ended  store.Time `db:"ended"`
		}]("identity.held.recoveries", sqlHeld),
	}
}
