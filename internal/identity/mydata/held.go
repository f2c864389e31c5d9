// SPDX-License-Identifier: Apache-2.0

package mydata

import (
	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const sqlHeldExports = `
SELECT state, asked_us AS at, ready_us AS made, until_us AS until, taken_us AS used, bytes FROM identity_export WHERE owner = $1 ORDER BY id DESC LIMIT $2`

// Held is what this package itself keeps about a person.
func Held() []held.Source {
	return []held.Source{
		held.ByPerson[struct {
			State string     `db:"state" held:"mydata.export.state."`
			At    store.Time `db:"at"`
			Made  store.Time `db:"made"`
			Until store.Time `db:"until"`
			Used  store.Time `db:"used"`
			Bytes int64      `db:"bytes"`
		}]("identity.held.exports", sqlHeldExports),
	}
}
