// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// All of it begins with docket_of_person, which has the cases that somebody has
// joined: of others they are told nothing (ADR 0016).
const (
	sqlHeldCases = `
SELECT c.number AS case_number, c.title_fa, c.title_en, c.kind AS nature, o.side, o.as_lawyer, c.unit, c.branch, c.state, c.opened_us AS opened, c.closed_us AS closed
FROM docket_of_person o JOIN docket_case c ON c.id = o.case_id WHERE o.person = $1 ORDER BY o.opened_us DESC, o.case_id LIMIT $2`
	sqlHeldParties = `
SELECT c.number AS case_number, p.name, p.national_code, p.address AS postal_address, p.province, p.county, p.abroad, p.joined_us AS since
FROM docket_of_person o JOIN docket_party p ON p.case_id = o.case_id JOIN docket_case c ON c.id = o.case_id
WHERE o.person = $1 AND p.person = $1 AND p.joined_us > 0 ORDER BY o.opened_us DESC, p.case_id, p.id LIMIT $2`
	sqlHeldRepresentation = `
SELECT c.number AS case_number, l.name, l.contract, l.from_us AS since, l.until_us AS until
FROM docket_of_person o JOIN docket_lawyer l ON l.case_id = o.case_id JOIN docket_case c ON c.id = o.case_id
WHERE o.person = $1 AND l.lawyer = $1 ORDER BY l.from_us DESC, l.case_id, l.id LIMIT $2`
	sqlHeldDeadlines = `
SELECT c.number AS case_number, d.title_fa, d.title_en, d.rule, d.runs_from_us AS since, d.safe_day, d.last_day, d.reason, d.made_us AS made, d.superseded_us AS superseded
FROM docket_of_person o JOIN docket_deadline d ON d.case_id = o.case_id JOIN docket_case c ON c.id = o.case_id
WHERE o.person = $1 AND d.person = $1 ORDER BY d.made_us DESC, d.case_id, d.id LIMIT $2`
	sqlHeldDue = `
SELECT case_number, title_fa, title_en, safe_day, last_day, as_lawyer, met_us AS met FROM docket_due WHERE person = $1 ORDER BY last_day DESC, case_id, notice LIMIT $2`
	sqlHeldMet = `
SELECT c.number AS case_number, m.at_us AS at FROM docket_met m JOIN docket_case c ON c.id = m.case_id
WHERE m.person = $1 ORDER BY m.at_us DESC, m.case_id, m.notice LIMIT $2`
	sqlHeldReadings = `
SELECT c.number AS case_number, r.at_us AS at
FROM docket_of_person o JOIN docket_reading r ON r.case_id = o.case_id JOIN docket_case c ON c.id = o.case_id
WHERE o.person = $1 AND r.person = $1 ORDER BY r.at_us DESC, r.case_id, r.notice LIMIT $2`
	sqlHeldFeed = `
SELECT f.made_us AS since, coalesce(r.at_us, 0) AS at
FROM docket_feed f LEFT JOIN docket_feed_read r ON r.person = $1 WHERE f.person = $1 ORDER BY r.day DESC LIMIT $2`
	sqlHeldEntries = `
SELECT c.number AS case_number, e.kind, e.by_role AS role, e.at_us AS at
FROM docket_of_person o JOIN docket_entry e ON e.case_id = o.case_id JOIN docket_case c ON c.id = o.case_id
WHERE o.person = $1 AND e.by_person = $1 ORDER BY e.at_us DESC, e.case_id, e.id LIMIT $2`
)

// Held is what this module keeps about a person.
func Held() []held.Source {
	return []held.Source{
		held.ByPerson[struct {
			Case    string     `db:"case_number" held:"code"`
			TitleFA string     `db:"title_fa"`
			TitleEN string     `db:"title_en"`
			Nature  string     `db:"nature" held:"-"`
			Side    string     `db:"side" held:"docket.held.side."`
			Lawyer  bool       `db:"as_lawyer"`
			Unit    string     `db:"unit" held:"code"`
			Branch  string     `db:"branch" held:"code"`
			State   string     `db:"state" held:"docket.state."`
			Opened  store.Time `db:"opened"`
			Closed  store.Time `db:"closed"`
		}]("docket.held.cases", sqlHeldCases),
		held.ByPerson[struct {
			Case         string     `db:"case_number" held:"code"`
			Name         string     `db:"name"`
			NationalCode string     `db:"national_code" held:"code"`
			Address      string     `db:"postal_address"`
			Province     string     `db:"province" held:"province"`
			County       string     `db:"county" held:"-"`
			Abroad       bool       `db:"abroad" held:"-"`
			Since        store.Time `db:"since"`
		}]("docket.held.parties", sqlHeldParties),
		held.ByPerson[struct {
			Case     string     `db:"case_number" held:"code"`
			Name     string     `db:"name"`
			Contract string     `db:"contract"`
			Since    store.Time `db:"since"`
			Until    store.Time `db:"until"`
		}]("docket.held.representation", sqlHeldRepresentation),
		held.ByPerson[struct {
			Case       string     `db:"case_number" held:"code"`
			TitleFA    string     `db:"title_fa"`
			TitleEN    string     `db:"title_en"`
			Rule       string     `db:"rule" held:"-"`
			Since      store.Time `db:"since"`
			Safe       civil.Day  `db:"safe_day"`
			Last       civil.Day  `db:"last_day"`
			Reason     string     `db:"reason" held:"-"`
			Made       store.Time `db:"made"`
			Superseded store.Time `db:"superseded"`
		}]("docket.held.deadlines", sqlHeldDeadlines),
		held.ByPerson[struct {
			Case    string     `db:"case_number" held:"code"`
			TitleFA string     `db:"title_fa"`
			TitleEN string     `db:"title_en"`
			Safe    civil.Day  `db:"safe_day"`
			Last    civil.Day  `db:"last_day"`
			Lawyer  bool       `db:"as_lawyer"`
			Met     store.Time `db:"met"`
		}]("docket.held.due", sqlHeldDue),
		held.ByPerson[struct {
			Case string     `db:"case_number" held:"code"`
			At   store.Time `db:"at"`
		}]("docket.held.met", sqlHeldMet),
		held.ByPerson[struct {
			Case string     `db:"case_number" held:"code"`
			At   store.Time `db:"at"`
		}]("docket.held.readings", sqlHeldReadings),
		held.ByPerson[struct {
			Since store.Time `db:"since"`
			At    store.Time `db:"at"`
		}]("docket.held.feed", sqlHeldFeed),
		held.ByPerson[struct {
			Case string     `db:"case_number" held:"code"`
			Kind string     `db:"kind" held:"-"`
			Role string     `db:"role" held:"web.role."`
			At   store.Time `db:"at"`
		}]("docket.held.entries", sqlHeldEntries),
	}
}
