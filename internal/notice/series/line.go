// SPDX-License-Identifier: Apache-2.0

package series

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Line is a notice with its number.
type Line struct {
	Serial  int64
	Day     civil.Day // whose root covers it first
	Arrived time.Time
	Notice  notice.Notice // only ID is set if the actor may not see it
}

// Series is where somebody's series stands. Number 0 is the account's own;
// others are of accounts that were merged into it.
type Series struct {
	Number int
	Person string
	Tag    string
	Last   int64 // number of the last notice; 0: none
}

// Signed is a day of a series under its signed root.
type Signed struct {
	Day   civil.Day
	New   int64 // lines that this day's root covers first
	Count int64 // at its end
	At    time.Time
}

// lines are read in pages of this many.
const linePage = 50

// may asks the rules; who acts for another is recorded to have looked.
func (s *Service) may(ctx context.Context, a policy.Actor) error {
	if err := s.d.Policy.Check(a, "series.see", resource(a.Owner())); err != nil {
		return err
	}
	return s.d.Identity.RecordActing(ctx, a, "inbox", "")
}

// All lists the actor's series: that of the account, and those of accounts that
// were merged into it and have one.
func (s *Service) All(ctx context.Context, a policy.Actor) (_ []Series, err error) {
	defer errs.Wrap(&err, "series.All")
	if err := s.may(ctx, a); err != nil {
		return nil, err
	}
	people, err := s.d.Identity.MergedInto(ctx, s.d.DB, a.Owner())
	if err != nil {
		return nil, err
	}
	var out []Series
	for i, p := range people {
		h, found, err := store.Find[headRow](ctx, s.d.DB, sqlHead, p)
		switch {
		case err != nil:
			return nil, err
		case found:
			out = append(out, Series{Number: i, Person: p, Tag: h.Tag, Last: h.Serial})
		case i == 0:
			out = append(out, Series{Person: p})
		}
	}
	return out, nil
}

// pick is one of All, by its number.
func (s *Service) pick(ctx context.Context, a policy.Actor, number int) (Series, error) {
	all, err := s.All(ctx, a)
	for _, x := range all {
		if x.Number == number {
			return x, err
		}
	}
	if err == nil {
		err = errs.New(errs.NotFound, "")
	}
	return Series{}, err
}

// Lines reads a page of a series, the newest first: those below the number
// before; 0 is the first page.
func (s *Service) Lines(ctx context.Context, a policy.Actor, number int, before int64) (list []Line, more bool, err error) {
	defer errs.Wrap(&err, "series.Lines")
	x, err := s.pick(ctx, a, number)
	if err != nil {
		return nil, false, err
	}
	if before <= 0 || before > x.Last+1 {
		before = x.Last + 1
	}
	rows, err := store.All[lineRow](ctx, s.d.DB, sqlLinesBefore, x.Person, before, linePage+1)
	if err != nil {
		return nil, false, err
	}
	if more = len(rows) > linePage; more {
		rows = rows[:linePage]
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.Notice
	}
	known, err := s.d.Notice.Several(ctx, a, ids)
	if err != nil {
		return nil, false, err
	}
	for _, r := range rows {
		n := known[r.Notice]
		n.ID = r.Notice
		list = append(list, Line{Serial: r.Serial, Day: r.Day, Arrived: r.Arrived.Time, Notice: n})
	}
	return list, more, nil
}

// NumberOf is the number of a notice in the actor's own series; 0 while it has
// none.
func (s *Service) NumberOf(ctx context.Context, a policy.Actor, id string) (_ int64, err error) {
	defer errs.Wrap(&err, "series.NumberOf")
	if s.d.Policy.Check(a, "series.see", resource(a.Owner())) != nil {
		return 0, nil
	}
	row, _, err := store.Find[lineRow](ctx, s.d.DB, sqlLineOf, a.Owner(), id)
	return row.Serial, err
}

// Signed lists the last days of a series that have a root, the newest first.
func (s *Service) Signed(ctx context.Context, a policy.Actor, number, most int) (list []Signed, err error) {
	defer errs.Wrap(&err, "series.Signed")
	x, err := s.pick(ctx, a, number)
	if err != nil {
		return nil, err
	}
	days, err := store.All[dayRow](ctx, s.d.DB, sqlDaysSigned, most)
	if err != nil || len(days) == 0 {
		return nil, err
	}
	counts, err := store.All[countRow](ctx, s.d.DB, sqlDayCounts, x.Person, days[len(days)-1].Day)
	if err != nil {
		return nil, err
	}
	fresh := map[civil.Day]int64{}
	for _, c := range counts {
		fresh[c.Day] = c.N
	}
	left := x.Last
	for _, c := range counts { // what no root covers yet
		if c.Day > days[0].Day {
			left -= c.N
		}
	}
	for _, d := range days {
		list = append(list, Signed{Day: d.Day, New: fresh[d.Day], Count: left, At: d.Signed.Time})
		left -= fresh[d.Day]
	}
	return list, nil
}

// begin opens the series of whoever has none, so that it can be proved that it
// is empty.
func (s *Service) begin(ctx context.Context, person string) (h headRow, err error) {
	h, found, err := store.Find[headRow](ctx, s.d.DB, sqlHead, person)
	if err != nil || found {
		return h, err
	}
	st, err := s.state(ctx)
	if err != nil {
		return h, err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		var err error
		h, err = s.openTx(ctx, tx, person, int(st.Depth))
		return err
	})
	if errs.Is(err, errs.Conflict) { // somebody was faster
		return store.One[headRow](ctx, s.d.DB, sqlHead, person)
	}
	return h, err
}
