// SPDX-License-Identifier: Apache-2.0

package mydata

import (
	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const sqlHeldExports = `
SELECT state, asked_us AS at, ready_us AS made, until_us AS until, taken_us AS used, bytes FROM identity_export WHERE owner = $1 ORDER BY id DESC LIMIT $2`

const (
	sqlHeldCorrections = `
SELECT field AS kind, claimed AS value, reason, file AS name, blob AS file, state, answer, decided_name AS decider, asked_us AS at, decided_us AS decided
FROM identity_correction WHERE owner = $1 ORDER BY id DESC LIMIT $2`
	sqlHeldChanges = `
SELECT field AS kind, was, now, source, by_role AS role, at_us AS at FROM identity_change WHERE person = $1 ORDER BY id DESC LIMIT $2`
)

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
		held.ByPerson[struct {
			Kind    string     `db:"kind" held:"mydata.field."`
			Value   string     `db:"value"`
			Reason  string     `db:"reason"`
			Name    string     `db:"name"`
			File    string     `db:"file" held:"file"`
			State   string     `db:"state" held:"mydata.correction.state."`
			Answer  string     `db:"answer"`
			Decider string     `db:"decider"`
			At      store.Time `db:"at"`
			Decided store.Time `db:"decided"`
		}]("identity.held.corrections", sqlHeldCorrections),
		held.ByPerson[struct {
			Kind   string     `db:"kind" held:"held.column."`
			Was    string     `db:"was"`
			Now    string     `db:"now"`
			Source string     `db:"source" held:"mydata.source."`
			Role   string     `db:"role" held:"web.role."`
			At     store.Time `db:"at"`
		}]("identity.held.changes", sqlHeldChanges),
	}
}
