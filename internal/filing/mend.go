// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// haltRow is one round of defects.
type haltRow struct {
	Owner    string     `db:"owner"`
	Filing   string     `db:"filing_id"`
	Round    int64      `db:"round"`
	Unit     string     `db:"unit"`
	Defects  string     `db:"defects"`
	Notice   string     `db:"notice_id"`
	ByPerson string     `db:"by_person"`
	ByName   string     `db:"by_name"`
	Halted   store.Time `db:"halted_us"`
	Ended    string     `db:"ended"`
	EndedAt  store.Time `db:"ended_us"`
	First    string     `db:"first_notice"` // see updateAgain
}

const (
	selectHalt = `SELECT owner, filing_id, round, unit, defects, notice_id, by_person, by_name, halted_us, ended, ended_us, first_notice
		FROM filing_halt WHERE owner = $1 AND filing_id = $2 ORDER BY round DESC LIMIT 1`
	updateHaltEnded = `UPDATE filing_halt SET ended = $4, ended_us = $5 WHERE owner = $1 AND filing_id = $2 AND round = $3 AND ended = ''`
)

func (h haltRow) defects() (list []Defect, err error) {
	err = json.Unmarshal([]byte(h.Defects), &list)
	return list, err
}

// mending is what a halted filing may be changed in.
type mending struct {
	defects []Defect
	notice  string
	signed  Filing // the version signed last
	open    map[string]bool
}

// beingMended tells whether f is halted and its owner is mending it.
func (f Filing) beingMended() bool {
	return f.Round > 0 && (f.Status == Halted || f.Status == Payable || f.Status == Signable)
}

// withMending puts into f what may be changed, if it is being mended.
func withMending(ctx context.Context, q store.Querier, f Filing, d *catalogue.Definition) (Filing, error) {
	if !f.beingMended() {
		return f, nil
	}
	h, err := store.One[haltRow](ctx, q, selectHalt, f.Owner, f.ID)
	if err != nil {
		return f, err
	}
	m := &mending{notice: h.Notice}
	if m.defects, err = h.defects(); err != nil {
		return f, err
	}
	if m.signed, err = lastSigned(ctx, q, f); err != nil {
		return f, err
	}
	m.open = openFields(d, m.defects)
	f.mend = m
	return f, nil
}

// openFields are the questions that a list of defects opens: those that it
// names, and what cannot be changed apart from them: the code and the names of
// one person, the county of a province, and for the fee the sums from which it
// is computed.
func openFields(d *catalogue.Definition, defects []Defect) map[string]bool {
	open := map[string]bool{}
	for _, x := range defects {
		open[x.Field] = true
	}
	for _, pg := range d.Pages {
		for _, q := range pg.Fields {
			if q.Type == catalogue.TypeCounty && open[q.Of] || q.Type == catalogue.TypeRials && open[FieldFee] {
				open[q.Name] = true
			}
		}
		for _, n := range namesOn(pg) {
			if open[n.code] || open[n.first] || open[n.last] {
				open[n.code], open[n.first], open[n.last] = true, true, true
			}
		}
		for _, q := range pg.Fields {
			prefix, ok := strings.CutSuffix(q.Name, "_entity_id")
			if ok && (open[q.Name] || open[prefix+"_entity_name"]) {
				open[q.Name], open[prefix+"_entity_name"] = true, true
			}
		}
	}
	return open
}

// opens tells whether the owner may answer a question now: every one of a
// draft; of a halted filing those of its defects, and those that are only asked
// because of what he changed there.
func (f Filing) opens(d *catalogue.Definition, field string) bool {
	switch {
	case f.Status == Draft:
		return true
	case f.Status != Halted || f.mend == nil:
		return false
	}
	return f.mend.open[field] || !d.Visible(field, f.mend.signed.Answers)
}

// mendedAnswers are the answers of a page without those that are not open.
func (f Filing) mendedAnswers(d *catalogue.Definition, pg catalogue.PageDef, answers catalogue.Answers) catalogue.Answers {
	out := maps.Clone(answers)
	for _, q := range pg.Fields {
		if f.opens(d, q.Name) {
			continue
		}
		delete(out, q.Name)
		if v, kept := f.Answers[q.Name]; kept {
			if out == nil {
				out = catalogue.Answers{}
			}
			out[q.Name] = v
		}
	}
	return out
}

// mended tells whether anything is different from what was signed.
func (f Filing) mended() (bool, error) {
	before, err := f.mend.signed.parsed()
	if err != nil {
		return false, err
	}
	now := attachments(f)
	return !maps.Equal(f.Answers, f.mend.signed.Answers) || !slices.Equal(now, before.Attachments), nil
}

// Defects are what was found wrong in the last round, for the owner and the
// unit; none if the filing was never halted.
func (s *Service) Defects(ctx context.Context, a policy.Actor, filing string) (_ []Defect, err error) {
	defer errs.Wrap(&err, "filing.Defects")
	f, err := read(ctx, s.d.DB, a.Owner(), filing)
	if errs.Is(err, errs.NotFound) && a.Unit != "" {
		var r received
		r, err = s.received(ctx, a, filing)
		f = r.f
	}
	if err != nil {
		return nil, err
	}
	if err := s.may(a, "filing.view", f, 0); err != nil {
		return nil, err
	}
	h, found, err := store.Find[haltRow](ctx, s.d.DB, selectHalt, f.Owner, f.ID)
	if err != nil || !found {
		return nil, err
	}
	return h.defects()
}

// lastHalt is the last round of a filing's defects.
func (s *Service) lastHalt(ctx context.Context, f Filing) (haltRow, bool, error) {
	return store.Find[haltRow](ctx, s.d.DB, selectHalt, f.Owner, f.ID)
}

// mendBy is the deadline of the defect notice; ok is false while it is not
// computed yet.
func (s *Service) mendBy(ctx context.Context, q store.Querier, f Filing) (d docket.Deadline, ok bool, err error) {
	h, found, err := store.Find[haltRow](ctx, q, selectHalt, f.Owner, f.ID)
	if err != nil || !found {
		return d, false, err
	}
	return s.d.Docket.DeadlineOf(ctx, q, f.Case, h.Notice)
}

type noticeFilingRow struct {
	Owner  string `db:"owner"`
	Filing string `db:"filing_id"`
}

const selectHaltOfNotice = `SELECT h.owner, h.filing_id FROM filing_halt h JOIN filing_filing f ON f.owner = h.owner AND f.id = h.filing_id
	WHERE h.notice_id = $1 AND h.ended = '' AND f.status IN ('halted', 'payable', 'signable') LIMIT 1`

// mendedFor is the filing that is being mended because of a defect notice, and
// whose it is; "" if there is none.
func (s *Service) mendedFor(ctx context.Context, noticeID string) (owner, filing string, err error) {
	r, _, err := store.Find[noticeFilingRow](ctx, s.d.DB, selectHaltOfNotice, noticeID)
	return r.Owner, r.Filing, err
}
