// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/calendar"
	"github.com/tarazu/tarazu/internal/outage"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// outageAhead is how far behind a last day outages are looked for: longer than
// courts are ever closed in one go.
const outageAhead = 60

// blocked finds the days from the last day of a term on which it could not be
// acted on, by the table of outages.
func (s *Service) blocked(ctx context.Context, tx *store.Tx, in calendar.Input) ([]calendar.Blocked, error) {
	rule, ok := s.d.Outage.Rules().Of(outage.ActFile)
	if !ok || rule.Moves != outage.MovesLastDay {
		return nil, nil
	}
	in.Blocked = nil
	plain, err := s.d.Calendar.ComputeTx(ctx, tx, in)
	if err != nil {
		return nil, err
	}
	first, last := plain.Last, plain.Last.Add(outageAhead)
	if plain.Own != nil {
		first = *plain.Own
	}
	from, _ := rule.On(first)
	_, to := rule.On(last)
	list, err := s.d.Outage.Touching(ctx, tx, rule.Parts, from, to)
	if err != nil {
		return nil, err
	}
	var out []calendar.Blocked
	seen := map[civil.Day]bool{}
	for _, i := range list {
		end := i.To
		if i.Open() {
			end = tx.Now()
		}
		for d := max(first, civil.Of(i.From)); d <= min(last, civil.Of(end)); d++ {
			if seen[d] {
				continue
			}
			seen[d] = true
			if _, by, counts := rule.Blocked(d, list, tx.Now()); counts {
				for _, b := range by {
					out = append(out, calendar.Blocked{Day: d, Outage: b.ID})
				}
			}
		}
	}
	return out, nil
}

const (
	sqlKeepOutage = `INSERT INTO docket_outage (outage, case_id, deadline) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	// What ends on these days, and what this outage has moved already.
	sqlTouched = `SELECT d.last_day, d.case_id, d.id FROM docket_deadline d
		WHERE d.superseded_us = 0 AND d.last_day >= $1 AND d.last_day <= $2 AND (d.last_day, d.case_id, d.id) > ($3, $4, $5)
			AND NOT EXISTS (SELECT 1 FROM docket_met m WHERE m.person IN ('', d.person) AND m.case_id = d.case_id AND m.notice = d.notice)
		ORDER BY d.last_day, d.case_id, d.id LIMIT $6`
	sqlMovedBy = `SELECT d.last_day, d.case_id, d.id FROM docket_outage o JOIN docket_deadline d ON d.case_id = o.case_id AND d.id = o.deadline
		WHERE o.outage = $1 AND d.superseded_us = 0 AND (d.last_day, d.case_id, d.id) > ($2, $3, $4)
			AND NOT EXISTS (SELECT 1 FROM docket_met m WHERE m.person IN ('', d.person) AND m.case_id = d.case_id AND m.notice = d.notice)
		ORDER BY d.last_day, d.case_id, d.id LIMIT $5`
)

// onOutage computes again what an outage touches, or has touched before it was
// corrected. It is right if it is run again.
func (s *Service) onOutage(ctx context.Context, e outage.Changed) (err error) {
	defer errs.Wrap(&err, "docket.onOutage")
	if rule, ok := s.d.Outage.Rules().Of(outage.ActFile); !ok || !slices.Contains(rule.Parts, e.Interval.Part) {
		return nil
	}
	first, last := s.daysOf(e.Interval)
	if e.Was != nil {
		f, l := s.daysOf(*e.Was)
		first, last = min(first, f), max(last, l)
	}
	err = s.again(ctx, func(after staleRow) ([]staleRow, error) {
		return store.All[staleRow](ctx, s.d.DB, sqlMovedBy, e.Interval.ID, after.Last, after.Case, after.ID, recomputeBatch)
	})
	if err != nil {
		return err
	}
	return s.endingOn(ctx, first, last)
}

// endingOn computes again what ends on some days.
func (s *Service) endingOn(ctx context.Context, first, last civil.Day) error {
	return s.again(ctx, func(after staleRow) ([]staleRow, error) {
		return store.All[staleRow](ctx, s.d.DB, sqlTouched, first, last, after.Last, after.Case, after.ID, recomputeBatch)
	})
}

// daysOf are the days of an interval; what lasts goes on until today.
func (s *Service) daysOf(i outage.Interval) (first, last civil.Day) {
	end := i.To
	if end.IsZero() {
		end = s.d.Clock.Now()
	}
	return civil.Of(i.From), max(civil.Of(i.From), civil.Of(end))
}

// lookOutages computes again what ends today while an outage lasts, or grows
// long enough to count: nothing is published while it only lasts.
func (s *Service) lookOutages(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "docket.lookOutages")
	rule, ok := s.d.Outage.Rules().Of(outage.ActFile)
	if !ok {
		return nil
	}
	now := s.d.Clock.Now()
	list, err := s.d.Outage.Touching(ctx, s.d.DB, rule.Parts, now.Add(-time.Minute), now)
	if err != nil || len(list) == 0 {
		return err
	}
	if _, _, counts := rule.Blocked(civil.Of(now), list, now); !counts {
		return nil
	}
	return s.endingOn(ctx, civil.Of(now), civil.Of(now))
}

// outagesOf are the outages of what reading and filing need within a term, at
// most the last ones: whether they moved it or not, they are evidence.
func (s *Service) outagesOf(ctx context.Context, d Deadline) ([]outage.Interval, error) {
	var parts []string
	for _, act := range []string{outage.ActFile, outage.ActRead} {
		if rule, ok := s.d.Outage.Rules().Of(act); ok {
			parts = append(parts, rule.Parts...)
		}
	}
	slices.Sort(parts)
	rule, _ := s.d.Outage.Rules().Of(outage.ActRead)
	from, _ := rule.On(d.Computation.Served)
	_, to := rule.On(d.Last)
	list, err := s.d.Outage.Touching(ctx, s.d.DB, slices.Compact(parts), from, to)
	return list[max(0, len(list)-mostOutages):], err
}

// mostOutages is how many a page of a deadline shows.
const mostOutages = 20

// kindAgain is the job that computes the other terms of a case again.
const kindAgain = "docket.again"

type againArgs struct {
	Case string `json:"case"`
	Same string `json:"same"` // the same paper to several parties; "" for all of the case
}

// againTx asks for it in the caller's transaction.
func (s *Service) againTx(ctx context.Context, tx *store.Tx, a againArgs) error {
	return s.d.Jobs.EnqueueTx(ctx, tx, kindAgain, a, jobs.Unique(a.Case+":"+a.Same))
}

func (s *Service) onAgain(ctx context.Context, a againArgs) error {
	query, args := sqlCaseTerms, []any{a.Case}
	if a.Same != "" {
		query, args = sqlSameTerms, []any{a.Case, a.Same}
	}
	ids, err := store.All[string](ctx, s.d.DB, query, args...)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := s.recompute(ctx, a.Case, id); err != nil {
			return err
		}
	}
	return nil
}
