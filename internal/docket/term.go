// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/tarazu/tarazu/internal/calendar"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// termRow is a docket_term row.
type termRow struct {
	Case     string     `db:"case_id"`
	Notice   string     `db:"notice"`
	Party    string     `db:"party"`
	Side     string     `db:"side"`
	Rule     string     `db:"rule"`
	SetDays  int64      `db:"set_days"`
	Abroad   bool       `db:"abroad"`
	Province string     `db:"province"`
	TitleFA  string     `db:"title_fa"`
	TitleEN  string     `db:"title_en"`
	Same     string     `db:"same"`
	Served   store.Time `db:"served_us"`
	Stopped  bool       `db:"stopped"`
	Reason   string     `db:"reason"`
	Evidence string     `db:"evidence"`
	Decided  store.Time `db:"decided_us"`
}

const (
	sqlTerm = `SELECT case_id, notice, party, side, rule, set_days, abroad, province, title_fa, title_en, same, served_us, stopped, reason, evidence, decided_us
		FROM docket_term WHERE case_id = $1 AND notice = $2`
	// The same paper to the others of the side, as far as their terms run.
	sqlOthers = `SELECT d.notice, d.computation FROM docket_term t JOIN docket_deadline d ON d.case_id = t.case_id AND d.notice = t.notice
		WHERE t.case_id = $1 AND t.same = $2 AND t.side = $3 AND t.party <> $4 AND d.superseded_us = 0 ORDER BY d.notice`
	sqlSameTerms = `SELECT d.id FROM docket_term t JOIN docket_deadline d ON d.case_id = t.case_id AND d.notice = t.notice
		WHERE t.case_id = $1 AND t.same = $2 AND d.superseded_us = 0
			AND NOT EXISTS (SELECT 1 FROM docket_met m WHERE m.person IN ('', d.person) AND m.case_id = d.case_id AND m.notice = d.notice)
		ORDER BY d.id`
	sqlCaseTerms = `SELECT d.id FROM docket_deadline d WHERE d.case_id = $1 AND d.superseded_us = 0
			AND NOT EXISTS (SELECT 1 FROM docket_met m WHERE m.person IN ('', d.person) AND m.case_id = d.case_id AND m.notice = d.notice)
		ORDER BY d.id`
	sqlPostponed = `SELECT hearing, was_day, now_day FROM docket_postponed WHERE case_id = $1 ORDER BY was_day, hearing`
)

// keepTerm notes what a notice that is being issued says about its term.
func (s *Service) keepTerm(ctx context.Context, tx *store.Tx, c Case, p Party, n NewNotice, noticeID string) error {
	if n.Rule == "" {
		return nil
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %d %q", n.Kind, n.Title.FA, n.Rule, n.Days, n.Document))
	return store.Insert(ctx, tx, "docket_term", termRow{
		Case: c.ID, Notice: noticeID, Party: p.ID, Side: p.Side, Rule: n.Rule, SetDays: int64(n.Days), Abroad: p.Abroad, Province: c.Province,
		TitleFA: n.Title.FA, TitleEN: n.Title.EN, Same: hex.EncodeToString(sum[:16]),
	})
}

type otherRow struct {
	Notice      string `db:"notice"`
	Computation string `db:"computation"`
}

type postponedRow struct {
	Hearing string    `db:"hearing"`
	Was     civil.Day `db:"was_day"`
	Now     civil.Day `db:"now_day"`
}

// input adds to the service of a notice whatever else its term depends on, as it
// is known now: the other defendants of the same paper, hearings that could not
// be held, and outages. It depends on what is known alone, not on the way there.
func (s *Service) input(ctx context.Context, tx *store.Tx, caseID, noticeID string, in calendar.Input) (calendar.Input, error) {
	rule, err := s.d.Calendar.Rule(in.Rule, in.Served)
	if err != nil {
		return in, err
	}
	if rule.Shared {
		if in.Others, err = others(ctx, tx, caseID, noticeID); err != nil {
			return in, err
		}
	}
	if rule.AtHearing {
		rows, err := store.All[postponedRow](ctx, tx, sqlPostponed, caseID)
		if err != nil {
			return in, err
		}
		for _, r := range rows {
			in.Hearings = append(in.Hearings, calendar.Postponed(r))
		}
	}
	if rule.Outage == calendar.OutageMoves {
		in.Blocked, err = s.blocked(ctx, tx, in)
	}
	return in, err
}

// others are the other defendants to whom the same paper went. Only the last one
// served of those here and of those abroad can have the longest term.
func others(ctx context.Context, tx *store.Tx, caseID, noticeID string) ([]calendar.Other, error) {
	t, found, err := store.Find[termRow](ctx, tx, sqlTerm, caseID, noticeID)
	if err != nil || !found || t.Side != Defendant {
		return nil, err
	}
	rows, err := store.All[otherRow](ctx, tx, sqlOthers, caseID, t.Same, t.Side, t.Party)
	if err != nil {
		return nil, err
	}
	var last [2]calendar.Other // here, abroad
	for _, r := range rows {
		d, err := deadlineRow{Computation: r.Computation}.deadline()
		if err != nil {
			return nil, err
		}
		o := calendar.Other{Notice: r.Notice, Served: d.Computation.Served, Abroad: d.Computation.Abroad}
		i := 0
		if o.Abroad {
			i = 1
		}
		if last[i].Notice == "" || o.Served > last[i].Served {
			last[i] = o
		}
	}
	var out []calendar.Other
	for _, o := range last {
		if o.Notice != "" {
			out = append(out, o)
		}
	}
	return out, nil
}
