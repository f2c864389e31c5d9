// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	sqlHeldNotices = `
SELECT number, way, kind, title_fa, title_en, case_number, unit_name AS unit_fa, unit_name_en AS unit_en, addressee_name AS addressee,
	issued_us AS issued, arrived_us AS arrived, listed_us AS listed, viewed_us AS viewed, viewed_role AS role, rule, days
FROM notice_notice WHERE owner = $1 ORDER BY issued_us DESC, id LIMIT $2`
	// What stands in a notice that was not opened is not told: opening it has
	// effects in law.
	sqlHeldContents = `
SELECT n.number, n.viewed_us AS viewed, c.body AS text FROM notice_notice n JOIN notice_content c ON c.owner = n.owner AND c.notice = n.id
WHERE n.owner = $1 AND n.viewed_us > 0 ORDER BY n.viewed_us DESC, n.id LIMIT $2`
	sqlHeldFacts = `
SELECT n.number, f.kind, f.at_us AS at, f.role FROM notice_fact f JOIN notice_notice n ON n.owner = f.owner AND n.id = f.notice
WHERE f.owner = $1 ORDER BY f.at_us DESC, f.id LIMIT $2`
	sqlHeldAlerts = `
SELECT n.number, a.attempt, a.state, a.at_us AS at FROM notice_alert a JOIN notice_notice n ON n.owner = a.owner AND n.id = a.notice
WHERE a.owner = $1 ORDER BY a.at_us DESC, a.notice, a.attempt LIMIT $2`
)

// Held is what this module keeps about a person.
func Held() []held.Source {
	return []held.Source{
		held.ByPerson[struct {
			Number    string     `db:"number" held:"code"`
			Way       string     `db:"way" held:"notice.held.way."`
			Kind      string     `db:"kind" held:"notice.kind."`
			TitleFA   string     `db:"title_fa"`
			TitleEN   string     `db:"title_en"`
			Case      string     `db:"case_number" held:"code"`
			UnitFA    string     `db:"unit_fa"`
			UnitEN    string     `db:"unit_en"`
			Addressee string     `db:"addressee" held:"-"`
			Issued    store.Time `db:"issued" held:"-"`
			Arrived   store.Time `db:"arrived"`
			Listed    store.Time `db:"listed" held:"-"`
			Viewed    store.Time `db:"viewed"`
			Role      string     `db:"role" held:"-"`
			Rule      string     `db:"rule" held:"-"`
			Days      int64      `db:"days" held:"-"`
		}]("notice.held.notices", sqlHeldNotices),
		held.ByPerson[struct {
			Number string     `db:"number" held:"code"`
			Viewed store.Time `db:"viewed"`
			Text   []byte     `db:"text" held:"json"`
		}]("notice.held.contents", sqlHeldContents),
		held.ByPerson[struct {
			Number string     `db:"number" held:"code"`
			Kind   string     `db:"kind" held:"notice.fact."`
			At     store.Time `db:"at"`
			Role   string     `db:"role" held:"-"`
		}]("notice.held.facts", sqlHeldFacts),
		held.ByPerson[struct {
			Number  string     `db:"number" held:"code"`
			Attempt int64      `db:"attempt"`
			State   string     `db:"state" held:"notice.held.alert."`
			At      store.Time `db:"at"`
		}]("notice.held.alerts", sqlHeldAlerts),
	}
}
