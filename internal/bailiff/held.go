// SPDX-License-Identifier: Apache-2.0

package bailiff

import (
	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// What goes on paper is about people who had no account then: it is found by their
// national code. What stands in an unserved paper is not told.
const (
	sqlHeldTasks = `
SELECT t.number, t.case_number, t.state, t.address AS postal_address, t.province, t.county, t.opened_us AS at
FROM bailiff_task t WHERE t.national_code = $1 AND t.national_code <> '' ORDER BY t.opened_us DESC, t.id LIMIT $2`
	sqlHeldAttempts = `
SELECT t.number, a.code AS outcome, a.taken_by, a.relation, a.note AS text, a.at_us AS at, a.photo AS picture, a.signature
FROM bailiff_task t JOIN bailiff_attempt a ON a.unit = t.unit AND a.task = t.id
WHERE t.national_code = $1 AND t.national_code <> '' ORDER BY a.at_us DESC, a.id LIMIT $2`
	sqlHeldPublications = `
SELECT p.number, p.case_number, p.title_fa, p.title_en, p.published_us AS at
FROM bailiff_task t JOIN bailiff_publication p ON p.unit = t.unit AND p.id = t.id
WHERE t.national_code = $1 AND t.national_code <> '' AND p.state = 'published' ORDER BY p.day DESC, p.id LIMIT $2`
)

// Held is what this module keeps about somebody who was to be served on paper.
func Held() []held.Source {
	return []held.Source{
		held.ByNationalCode[struct {
			Number   string     `db:"number" held:"code"`
			Case     string     `db:"case_number" held:"code"`
			State    string     `db:"state" held:"bailiff.state."`
			Address  string     `db:"postal_address"`
			Province string     `db:"province" held:"-"`
			County   string     `db:"county" held:"-"`
			At       store.Time `db:"at"`
		}]("bailiff.held.tasks", sqlHeldTasks),
		held.ByNationalCode[struct {
			Number    string     `db:"number" held:"code"`
			Outcome   string     `db:"outcome" held:"bailiff.outcome."`
			TakenBy   string     `db:"taken_by"`
			Relation  string     `db:"relation" held:"bailiff.relation."`
			Text      string     `db:"text"`
			At        store.Time `db:"at"`
			Picture   string     `db:"picture" held:"file"`
			Signature string     `db:"signature" held:"file"`
		}]("bailiff.held.attempts", sqlHeldAttempts),
		held.ByNationalCode[struct {
			Number  string     `db:"number" held:"code"`
			Case    string     `db:"case_number" held:"code"`
			TitleFA string     `db:"title_fa"`
			TitleEN string     `db:"title_en"`
			At      store.Time `db:"at"`
		}]("bailiff.held.publications", sqlHeldPublications),
	}
}
