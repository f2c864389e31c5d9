// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	sqlHeldPerson = `
SELECT judicial_id, national_code, first_name, last_name, father_name, birth, mobile, email, class, country, zone, province, lang,
	assurance AS level, status, password_us AS password_set, created_us AS made, asked_us AS checked
FROM identity_person WHERE id = $1 LIMIT $2`
	sqlHeldIdentifiers = `
SELECT kind, country, value, source, from_us AS since, until_us AS until FROM identity_identifier WHERE person = $1 ORDER BY id DESC LIMIT $2`
	sqlHeldProofs = `
SELECT level, way, by_role AS role, unit, at_us AS at, until_us AS until, ended_us AS ended, ended_why AS why
FROM identity_proof WHERE person = $1 ORDER BY id DESC LIMIT $2`
	sqlHeldStatus = `
SELECT at_us AS at, to_status AS status, why, by_role AS role, into_person AS other_account
FROM identity_status WHERE person = $1 ORDER BY id DESC LIMIT $2`
	sqlHeldCapacities = `
SELECT role, title_fa, title_en, unit, branch, number, grade, rights, source, from_day AS since, until_day AS until, ended_us AS ended, used_us AS used
FROM identity_capacity WHERE person = $1 ORDER BY id DESC LIMIT $2`
	sqlHeldCapacitiesFor = `
SELECT trim(p.first_name || ' ' || p.last_name) AS name, c.role, c.rights, c.source, c.from_day AS since, c.until_day AS until, c.ended_us AS ended
FROM identity_capacity c JOIN identity_person p ON p.id = c.person
WHERE c.for_person = $1 AND c.for_person <> '' ORDER BY c.id DESC LIMIT $2`
	sqlHeldSignIns = `
SELECT at_us AS at, method, address FROM identity_signin WHERE person = $1 ORDER BY id DESC LIMIT $2`
	sqlHeldAccesses = `
SELECT at_us AS at, name, role, unit, what, why, object FROM identity_access WHERE subject = $1 ORDER BY id DESC LIMIT $2`
	sqlHeldTokens = `
SELECT name, kind, scopes, created_us AS made, expires_us AS until, used_us AS used, revoked_us AS ended
FROM identity_token WHERE person = $1 ORDER BY id DESC LIMIT $2`
	sqlHeldDevices = `
SELECT trim(label || ' ' || name) AS name, method, first_us AS since, last_us AS used FROM identity_device WHERE person = $1 ORDER BY id DESC LIMIT $2`
	sqlHeldNumber = `
SELECT mobile, asked_us AS checked, next_us AS next_check, lost_us AS ended FROM identity_number WHERE person = $1 LIMIT $2`
	sqlHeldProvisional = `
SELECT national_code, number, birth, mobile, email, state, created_us AS made, changed_us AS at FROM identity_provisional WHERE person = $1 LIMIT $2`
	sqlHeldClaims = `
SELECT way, unit, created_us AS made, expires_us AS until, ended_us AS ended FROM identity_claim WHERE person = $1 ORDER BY id DESC LIMIT $2`
)

// Held is what this module itself keeps about a person.
func Held() []held.Source {
	return []held.Source{
		held.ByPerson[struct {
			JudicialID   string     `db:"judicial_id" held:"code"`
			NationalCode string     `db:"national_code" held:"code"`
			FirstName    string     `db:"first_name"`
			LastName     string     `db:"last_name"`
			FatherName   string     `db:"father_name"`
			Birth        civil.Day  `db:"birth"`
			Mobile       string     `db:"mobile" held:"code"`
			Email        string     `db:"email" held:"code"`
			Class        string     `db:"class" held:"steward.counts.class."`
			Country      string     `db:"country" held:"country"`
			Zone         string     `db:"zone" held:"code"`
			Province     string     `db:"province" held:"province"`
			Lang         string     `db:"lang" held:"held.lang."`
			Level        int64      `db:"level" held:"identity.assurance."`
			Status       string     `db:"status" held:"steward.status."`
			PasswordSet  store.Time `db:"password_set"`
			Made         store.Time `db:"made"`
			Checked      store.Time `db:"checked"`
		}]("identity.held.person", sqlHeldPerson),
		held.ByPerson[struct {
			Kind    string     `db:"kind" held:"identity.held.identifier."`
			Country string     `db:"country" held:"country"`
			Value   string     `db:"value" held:"code"`
			Source  string     `db:"source" held:"key"`
			Since   store.Time `db:"since"`
			Until   store.Time `db:"until"`
		}]("identity.held.identifiers", sqlHeldIdentifiers),
		held.ByPerson[struct {
			Level int64      `db:"level" held:"identity.assurance."`
			Way   string     `db:"way" held:"identity.held.way."`
			Role  string     `db:"role" held:"web.role."`
			Unit  string     `db:"unit" held:"code"`
			At    store.Time `db:"at"`
			Until store.Time `db:"until"`
			Ended store.Time `db:"ended"`
			Why   string     `db:"why" held:"key"`
		}]("identity.held.proofs", sqlHeldProofs),
		held.ByPerson[struct {
			At     store.Time `db:"at"`
			Status string     `db:"status" held:"steward.status."`
			Why    string     `db:"why" held:"key"`
			Role   string     `db:"role" held:"web.role."`
			Other  string     `db:"other_account" held:"-"`
		}]("identity.held.status", sqlHeldStatus),
		held.ByPerson[struct {
			Role    string     `db:"role" held:"web.role."`
			TitleFA string     `db:"title_fa"`
			TitleEN string     `db:"title_en"`
			Unit    string     `db:"unit" held:"code"`
			Branch  string     `db:"branch"`
			Number  string     `db:"number" held:"code"`
			Grade   string     `db:"grade"`
			Rights  string     `db:"rights" held:"-"`
			Source  string     `db:"source" held:"-"`
			Since   civil.Day  `db:"since"`
			Until   civil.Day  `db:"until"`
			Ended   store.Time `db:"ended"`
			Used    store.Time `db:"used"`
		}]("identity.held.capacities", sqlHeldCapacities),
		held.ByPerson[struct {
			Name   string     `db:"name"`
			Role   string     `db:"role" held:"web.role."`
			Rights string     `db:"rights" held:"-"`
			Source string     `db:"source" held:"-"`
			Since  civil.Day  `db:"since"`
			Until  civil.Day  `db:"until"`
			Ended  store.Time `db:"ended"`
		}]("identity.held.acting_for_me", sqlHeldCapacitiesFor),
		held.ByPerson[struct {
			Name   string     `db:"name"`
			Method string     `db:"method" held:"identity.method."`
			Since  store.Time `db:"since"`
			Used   store.Time `db:"used"`
		}]("identity.held.devices", sqlHeldDevices),
		held.ByPerson[struct {
			At      store.Time `db:"at"`
			Method  string     `db:"method" held:"identity.method."`
			Address string     `db:"address" held:"code"`
		}]("identity.held.signins", sqlHeldSignIns),
		held.ByPerson[struct {
			Name   string     `db:"name"`
			Kind   string     `db:"kind" held:"identity.held.token."`
			Scopes string     `db:"scopes" held:"code"`
			Made   store.Time `db:"made"`
			Until  store.Time `db:"until"`
			Used   store.Time `db:"used"`
			Ended  store.Time `db:"ended"`
		}]("identity.held.tokens", sqlHeldTokens),
		held.ByPerson[struct {
			Mobile  string     `db:"mobile" held:"code"`
			Checked store.Time `db:"checked"`
			Next    store.Time `db:"next_check"`
			Ended   store.Time `db:"ended"`
		}]("identity.held.number", sqlHeldNumber),
		held.ByPerson[struct {
			NationalCode string     `db:"national_code" held:"code"`
			Number       string     `db:"number" held:"code"`
			Birth        civil.Day  `db:"birth"`
			Mobile       string     `db:"mobile" held:"code"`
			Email        string     `db:"email" held:"code"`
			State        string     `db:"state" held:"identity.held.provisional."`
			Made         store.Time `db:"made"`
			At           store.Time `db:"at"`
		}]("identity.held.provisional", sqlHeldProvisional),
		held.ByPerson[struct {
			Way   string     `db:"way" held:"identity.held.claim."`
			Unit  string     `db:"unit" held:"code"`
			Made  store.Time `db:"made"`
			Until store.Time `db:"until"`
			Ended store.Time `db:"ended"`
		}]("identity.held.claims", sqlHeldClaims),
		held.ByPerson[struct {
			At     store.Time `db:"at"`
			Name   string     `db:"name"`
			Role   string     `db:"role" held:"web.role."`
			Unit   string     `db:"unit" held:"code"`
			What   string     `db:"what" held:"key"`
			Why    string     `db:"why" held:"key"`
			Object string     `db:"object" held:"-"`
		}]("identity.held.accesses", sqlHeldAccesses),
	}
}
