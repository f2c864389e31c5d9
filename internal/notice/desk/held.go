// SPDX-License-Identifier: Apache-2.0

package desk

import (
	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	sqlHeldSteps = `SELECT notice AS object, what AS state, note, at_us AS at FROM notice_desk_step WHERE person = $1 ORDER BY at_us DESC, id LIMIT $2`
	sqlHeldRules = `SELECT version, at_us AS at FROM notice_desk_rules WHERE by_person = $1 ORDER BY at_us DESC, version DESC LIMIT $2`
	sqlHeldItems = `SELECT notice AS object, kind, since_us AS since FROM notice_desk_item WHERE holder = $1 ORDER BY since_us DESC, notice LIMIT $2`
)

// Held is what this package keeps about a person.
func Held() []held.Source {
	return []held.Source{
		held.ByPerson[struct {
			Object string     `db:"object" held:"-"`
			State  string     `db:"state" held:"-"`
			Note   string     `db:"note"`
			At     store.Time `db:"at"`
		}]("desk.held.steps", sqlHeldSteps),
		held.ByPerson[struct {
			Version int64      `db:"version"`
			At      store.Time `db:"at"`
		}]("desk.held.rules", sqlHeldRules),
		held.ByPerson[struct {
			Object string     `db:"object" held:"-"`
			Kind   string     `db:"kind" held:"notice.kind."`
			Since  store.Time `db:"since"`
		}]("desk.held.items", sqlHeldItems),
	}
}
