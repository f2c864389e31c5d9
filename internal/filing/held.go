// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	sqlHeldFilings = `
SELECT id, service, status AS state, standing AS role, tracking, case_number, lang, answers AS entered, names AS name_checks, record,
	created_us AS made, updated_us AS changed, submitted_us AS submitted
FROM filing_filing WHERE owner = $1 ORDER BY updated_us DESC, id LIMIT $2`
	sqlHeldFiles = `
SELECT f.tracking, a.filing_id, a.name, a.type, a.bytes, a.pages, a.sha256, a.blob AS file, a.created_us AS made
FROM filing_attachment a JOIN filing_filing f ON f.owner = a.owner AND f.id = a.filing_id
WHERE a.owner = $1 ORDER BY a.created_us DESC, a.id LIMIT $2`
	sqlHeldPapers = `
SELECT f.tracking, p.filing_id, p.lang, p.bytes, p.sha256, p.blob AS file, p.created_us AS made
FROM filing_paper p JOIN filing_filing f ON f.owner = p.owner AND f.id = p.filing_id
WHERE p.owner = $1 ORDER BY p.created_us DESC, p.record, p.lang LIMIT $2`
	sqlHeldVersions = `
SELECT filing_id, round, answers AS entered, record, signed_us AS at FROM filing_version WHERE owner = $1 ORDER BY signed_us DESC, filing_id, round LIMIT $2`
	sqlHeldHalts = `
SELECT f.tracking, h.round, h.defects AS entered, h.by_name AS name, h.halted_us AS at, h.ended AS outcome, h.ended_us AS ended
FROM filing_halt h JOIN filing_filing f ON f.owner = h.owner AND f.id = h.filing_id
WHERE h.owner = $1 ORDER BY h.halted_us DESC, h.filing_id, h.round LIMIT $2`
	sqlHeldHanded = `
SELECT d.tracking, d.title_fa, d.title_en, h.at_us AS at FROM filing_handed h JOIN filing_desk d ON d.unit = h.unit AND d.filing_id = h.filing_id
WHERE h.owner = $1 ORDER BY h.at_us DESC, h.filing_id LIMIT $2`
	sqlHeldTries = `
SELECT at_us AS at FROM filing_try WHERE owner = $1 ORDER BY at_us DESC, id LIMIT $2`
)

// Held is what this module keeps about a person.
func Held() []held.Source {
	return []held.Source{
		held.ByPerson[struct {
			ID        string     `db:"id" held:"-"`
			Service   string     `db:"service" held:"service"`
			State     string     `db:"state" held:"filing.status."`
			Role      string     `db:"role" held:"web.role."`
			Tracking  string     `db:"tracking" held:"code"`
			Case      string     `db:"case_number" held:"code"`
			Lang      string     `db:"lang" held:"-"`
			Answers   string     `db:"entered" held:"json"`
			Names     string     `db:"name_checks" held:"json"`
			Record    []byte     `db:"record" held:"json"`
			Made      store.Time `db:"made"`
			Changed   store.Time `db:"changed"`
			Submitted store.Time `db:"submitted"`
		}]("filing.held.filings", sqlHeldFilings),
		held.ByPerson[struct {
			Tracking string     `db:"tracking" held:"code"`
			Filing   string     `db:"filing_id" held:"-"`
			Name     string     `db:"name"`
			Type     string     `db:"type" held:"code"`
			Bytes    int64      `db:"bytes"`
			Pages    int64      `db:"pages"`
			SHA256   string     `db:"sha256" held:"-"`
			File     string     `db:"file" held:"file"`
			Made     store.Time `db:"made"`
		}]("filing.held.files", sqlHeldFiles),
		held.ByPerson[struct {
			Tracking string     `db:"tracking" held:"code"`
			Filing   string     `db:"filing_id" held:"-"`
			Lang     string     `db:"lang" held:"held.lang."`
			Bytes    int64      `db:"bytes"`
			SHA256   string     `db:"sha256" held:"-"`
			File     string     `db:"file" held:"file"`
			Made     store.Time `db:"made"`
		}]("filing.held.papers", sqlHeldPapers),
		held.ByPerson[struct {
			Filing  string     `db:"filing_id" held:"-"`
			Round   int64      `db:"round"`
			Answers string     `db:"entered" held:"json"`
			Record  []byte     `db:"record" held:"json"`
			At      store.Time `db:"at"`
		}]("filing.held.versions", sqlHeldVersions),
		held.ByPerson[struct {
			Tracking string     `db:"tracking" held:"code"`
			Round    int64      `db:"round"`
			Defects  string     `db:"entered" held:"json"`
			Name     string     `db:"name"`
			At       store.Time `db:"at"`
			Outcome  string     `db:"outcome" held:"-"`
			Ended    store.Time `db:"ended"`
		}]("filing.held.halts", sqlHeldHalts),
		held.ByPerson[struct {
			Tracking string     `db:"tracking" held:"code"`
			TitleFA  string     `db:"title_fa"`
			TitleEN  string     `db:"title_en"`
			At       store.Time `db:"at"`
		}]("filing.held.handed", sqlHeldHanded),
		held.ByPerson[struct {
			At store.Time `db:"at"`
		}]("filing.held.tries", sqlHeldTries),
	}
}
