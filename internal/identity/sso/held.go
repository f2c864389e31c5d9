// SPDX-License-Identifier: Apache-2.0

package sso

import (
	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	sqlHeldConsents = `
SELECT c.name_fa, c.name_en, s.given AS scopes, s.asked AS asked_scopes, s.first_us AS since, s.used_us AS used, s.ended_us AS ended
FROM identity_sso_consent s JOIN identity_sso_client c ON c.id = s.client WHERE s.person = $1 ORDER BY s.first_us DESC, s.client LIMIT $2`
	sqlHeldGrants = `
SELECT c.name_fa, c.name_en, g.scopes, g.role, g.unit, g.level, g.auth_us AS signed_in, g.created_us AS made, g.expires_us AS until, g.ended_us AS ended, g.why
FROM identity_sso_grant g JOIN identity_sso_client c ON c.id = g.client WHERE g.person = $1 ORDER BY g.id DESC LIMIT $2`
	sqlHeldSubjects = `
SELECT sector, subject FROM identity_sso_subject WHERE person = $1 ORDER BY sector LIMIT $2`
)

// Held is what this package keeps about a person.
func Held() []held.Source {
	return []held.Source{
		held.ByPerson[struct {
			NameFA string     `db:"name_fa"`
			NameEN string     `db:"name_en"`
			Scopes string     `db:"scopes" held:"code"`
			Asked  string     `db:"asked_scopes" held:"-"`
			Since  store.Time `db:"since"`
			Used   store.Time `db:"used"`
			Ended  store.Time `db:"ended"`
		}]("identity.held.sites", sqlHeldConsents),
		held.ByPerson[struct {
			NameFA   string     `db:"name_fa"`
			NameEN   string     `db:"name_en"`
			Scopes   string     `db:"scopes" held:"code"`
			Role     string     `db:"role" held:"web.role."`
			Unit     string     `db:"unit" held:"-"`
			Level    int64      `db:"level" held:"identity.assurance."`
			SignedIn store.Time `db:"signed_in"`
			Made     store.Time `db:"made"`
			Until    store.Time `db:"until"`
			Ended    store.Time `db:"ended"`
			Why      string     `db:"why" held:"-"`
		}]("identity.held.site_signins", sqlHeldGrants),
		held.ByPerson[struct {
			Sector  string `db:"sector" held:"code"`
			Subject string `db:"subject" held:"code"`
		}]("identity.held.site_names", sqlHeldSubjects),
	}
}
