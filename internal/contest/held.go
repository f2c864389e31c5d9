// SPDX-License-Identifier: Apache-2.0

package contest

import (
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	sqlHeldContests = `
SELECT c.number, c.case_number, c.title_fa, c.title_en, c.state, c.reason, c.words AS text, c.learned AS since, c.made_us AS at, c.signed_us AS submitted
FROM contest_contest c WHERE c.owner = $1 OR c.person = $1 ORDER BY c.made_us DESC, c.id LIMIT $2`
	sqlHeldFiles = `
SELECT c.number, f.name, f.created_us AS at, f.blob AS picture
FROM contest_contest c JOIN contest_file f ON f.case_id = c.case_id AND f.contest = c.id WHERE c.owner = $1 OR c.person = $1
ORDER BY f.created_us DESC, f.id LIMIT $2`
)

// Held is what this module keeps about a person.
func Held() []held.Source {
	return []held.Source{
		held.ByPerson[struct {
			Number  string     `db:"number" held:"code"`
			Case    string     `db:"case_number" held:"code"`
			TitleFA string     `db:"title_fa"`
			TitleEN string     `db:"title_en"`
			State   string     `db:"state" held:"contest.state."`
			Reason  string     `db:"reason" held:"-"`
			Text    string     `db:"text"`
			Learned civil.Day  `db:"since" held:"-"`
			Made    store.Time `db:"at"`
			Signed  store.Time `db:"submitted"`
		}]("contest.held.title", sqlHeldContests),
		held.ByPerson[struct {
			Number string     `db:"number" held:"code"`
			Name   string     `db:"name"`
			Made   store.Time `db:"at"`
			File   string     `db:"picture" held:"file"`
		}]("contest.held.files", sqlHeldFiles),
	}
}
