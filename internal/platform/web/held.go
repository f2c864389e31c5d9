// SPDX-License-Identifier: Apache-2.0

package web

import (
	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const sqlHeldSessions = `
SELECT agent AS name, created_at AS made, touched_at AS used, expires_at AS until FROM web_session WHERE person = $1 ORDER BY created_at DESC, id LIMIT $2`

// Held is what this package keeps about a person.
func Held() []held.Source {
	return []held.Source{held.ByPerson[struct {
		Name  string     `db:"name"`
		Made  store.Time `db:"made"`
		Used  store.Time `db:"used"`
		Until store.Time `db:"until"`
	}]("web.held.sessions", sqlHeldSessions)}
}
