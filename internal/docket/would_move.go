// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"
	"math"

	"github.com/tarazu/tarazu/internal/calendar"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	// closedRun is how many days after a closed one a term may end because of it.
	closedRun = 30
	// mostPreviewed is how many deadlines a preview looks at.
	mostPreviewed = 2000
)

// WouldMove counts the deadlines that stand and are not met whose days differ
// between two calendars that differ in some entries. It names nobody.
func (s *Service) WouldMove(ctx context.Context, list []calendar.Closure, was, now *calendar.Calendar) (out calendar.Moves, err error) {
	defer errs.Wrap(&err, "docket.WouldMove")
	if len(list) == 0 {
		return out, nil
	}
	first, last := list[0].Date, list[0].Date
	for _, e := range list {
		first, last = min(first, e.Date), max(last, e.Date)
	}
	after := staleRow{Last: math.MinInt32}
	for seen := 0; ; {
		rows, err := store.All[staleRow](ctx, s.d.DB, sqlTouched, first, last.Add(closedRun), after.Last, after.Case, after.ID, recomputeBatch)
		if err != nil {
			return out, err
		}
		for _, r := range rows {
			if err := s.count(ctx, r, was, now, &out); err != nil {
				return out, err
			}
			after = r
		}
		seen += len(rows)
		if out.More = seen >= mostPreviewed; out.More || len(rows) < recomputeBatch {
			return out, nil
		}
	}
}

func (s *Service) count(ctx context.Context, r staleRow, was, now *calendar.Calendar, out *calendar.Moves) error {
	row, err := store.One[deadlineRow](ctx, s.d.DB, sqlDeadline, r.Case, r.ID)
	if err != nil {
		return err
	}
	d, err := row.deadline()
	if err != nil {
		return err
	}
	in := calendar.Input{
		Rule: d.Rule, Served: d.Computation.Served, Abroad: d.Computation.Abroad, Province: d.Computation.Province, Days: int(row.SetDays),
		Blocked: d.Computation.Outages, Hearings: d.Computation.Hearings,
	}
	if d.Computation.Longest != nil {
		in.Others = []calendar.Other{*d.Computation.Longest}
	}
	a, err := calendar.Compute(d.Computation.Rule, was, in)
	if err != nil {
		return err
	}
	b, err := calendar.Compute(d.Computation.Rule, now, in)
	if err != nil {
		return err
	}
	switch {
	case b.Last > a.Last:
		out.Later++
	case b.Last < a.Last:
		out.Earlier++
	case b.Safe != a.Safe:
		out.Safe++
	}
	return nil
}
