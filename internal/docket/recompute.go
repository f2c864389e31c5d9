// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"reflect"
	"time"

	"github.com/tarazu/tarazu/internal/calendar"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// settleTime is longer than any transaction lasts. One that read the calendar
// before it changed may write its deadline after the others were compared, so
// they are looked through once more after this time.
const settleTime = 10 * time.Minute

// comparedRow is what the deadlines were last compared with.
type comparedRow struct {
	Calendar string     `db:"calendar"`
	Since    store.Time `db:"since_us"` // when the first run with it was over
	Settled  bool       `db:"settled"`  // and the second one is
}

const (
	sqlComparedAll    = `SELECT calendar, since_us, settled FROM docket_compared WHERE id = 1`
	sqlSetComparedAll = `INSERT INTO docket_compared (id, calendar, since_us, settled) VALUES (1, $1, $2, $3)
		ON CONFLICT (id) DO UPDATE SET calendar = excluded.calendar, since_us = excluded.since_us, settled = excluded.settled`
)

// Recompute compares the deadlines that stand and are not met with the calendar
// as it is now and computes those again that a closure or a correction has
// changed, however long ago their last day was: a closure that is announced
// late moves a term all the same. The old computation stays, marked with the new
// one. A job asks for it every minute; there is nothing to do until the calendar
// changes. It is right if it is interrupted or run twice.
func (s *Service) Recompute(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "docket.Recompute")
	cal, err := s.d.Calendar.Calendar(ctx)
	if err != nil {
		return err
	}
	last, found, err := store.Find[comparedRow](ctx, s.d.DB, sqlComparedAll)
	if err != nil {
		return err
	}
	again := found && last.Calendar == cal.Version()
	if again && (last.Settled || s.d.Clock.Now().Sub(last.Since.Time) < settleTime) {
		return nil
	}
	if err := s.recomputeAll(ctx, cal.Version()); err != nil {
		return err // and all of it once more
	}
	return s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		return tx.Exec(ctx, sqlSetComparedAll, cal.Version(), store.At(tx.Now()), again)
	})
}

// recomputeAll goes through the deadlines in the order of their index.
func (s *Service) recomputeAll(ctx context.Context, version string) error {
	return s.again(ctx, func(after staleRow) ([]staleRow, error) {
		return store.All[staleRow](ctx, s.d.DB, sqlStale, version, after.Last, after.Case, after.ID, recomputeBatch)
	})
}

// again computes deadlines again that a query lists in the order of their index,
// batch by batch. One that fails does not keep the others from it.
func (s *Service) again(ctx context.Context, next func(after staleRow) ([]staleRow, error)) error {
	var failed error
	for after := (staleRow{Last: math.MinInt32}); ; {
		rows, err := next(after)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := s.recompute(ctx, r.Case, r.ID); err != nil {
				s.d.Log.ErrorContext(ctx, "docket: a deadline was not computed again", slog.String("deadline", r.ID), slog.Any("error", err))
				failed = errors.Join(failed, err)
			}
			after = r
		}
		if len(rows) < recomputeBatch {
			return failed
		}
	}
}

// recompute computes one deadline again.
func (s *Service) recompute(ctx context.Context, caseID, deadlineID string) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		old, err := store.One[deadlineRow](ctx, tx, sqlDeadline, caseID, deadlineID)
		if err != nil {
			return err
		}
		was, err := old.deadline()
		if err != nil || !was.Stands() {
			return err
		}
		in := calendar.Input{
			Rule: was.Rule, Served: was.Computation.Served, Abroad: was.Computation.Abroad, Province: was.Computation.Province, Days: int(old.SetDays),
		}
		return s.recomputeTx(ctx, tx, was, in, start{at: was.RunsFrom, days: int(old.SetDays), previous: was.Evidence})
	})
}

// recomputeTx lets a new computation take the place of one that stands, if it
// says something else. Of from it reads when the term runs from, the days that a
// court set, the evidence of what led to it, and the reason; without one it is
// what differs.
func (s *Service) recomputeTx(ctx context.Context, tx *store.Tx, was Deadline, in calendar.Input, from start) error {
	in, err := s.input(ctx, tx, was.Case, was.Notice, in)
	if err != nil {
		return err
	}
	comp, err := s.d.Calendar.ComputeTx(ctx, tx, in)
	if err != nil {
		return err
	}
	if sameDays(comp, was.Computation) && from.reason == "" {
		return tx.Exec(ctx, sqlCompared, comp.Calendar, was.Case, was.ID)
	}
	c, err := readCase(ctx, tx, was.Case)
	if err != nil {
		return err
	}
	d := was
	d.ID, d.Seq, d.Made, d.Safe, d.Last, d.Computation = id.New(), was.Seq+1, tx.Now(), comp.Safe, comp.Last, comp
	d.Reason, d.RunsFrom = cmp.Or(from.reason, whatChanged(was.Computation, comp)), from.at
	// Who marks the old one makes the new one; a second runner finds it marked.
	n, err := tx.ExecN(ctx, sqlSupersede, d.ID, store.At(tx.Now()), was.Case, was.ID)
	if err != nil || n == 0 {
		return err
	}
	if err := s.insertDeadline(ctx, tx, c, &d, from.days, from.previous); err != nil {
		return err
	}
	return s.changed(ctx, tx, c, was, d)
}

// whatChanged is why a computation differs from an earlier one of the same
// service.
func whatChanged(was, now calendar.Computation) string {
	switch {
	case !reflect.DeepEqual(was.Hearings, now.Hearings):
		return ReasonHearing
	case !reflect.DeepEqual(was.Longest, now.Longest):
		return ReasonShared
	case !reflect.DeepEqual(was.Outages, now.Outages):
		return ReasonOutage
	}
	return ReasonCalendar
}

// sameDays tells whether two computations say the same, whatever calendar they
// were made with; of the rule its version counts, not what the table has learned
// to say about it since.
func sameDays(a, b calendar.Computation) bool {
	if a.Rule.Code != b.Rule.Code || a.Rule.Version != b.Rule.Version {
		return false
	}
	a.Calendar, b.Calendar, a.Rule, b.Rule = "", "", calendar.Rule{}, calendar.Rule{}
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}
