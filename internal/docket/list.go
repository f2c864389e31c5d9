// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"
	"math"
	"strconv"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// pageSize is how many cases a page of a unit's list shows.
const pageSize = 50

// UnitPage is one page of a unit's cases, the newest first.
type UnitPage struct {
	Cases   []Listed
	Next    string // cursor of the next page; "" on the last one
	Pending int    // cases of the unit whose branch is to be confirmed
}

// UnitCases lists the cases of the actor's own unit: all, or those whose branch
// is to be confirmed. Only staff have one; others get errs.Forbidden. The list
// names no party, so it is not recorded as an access.
func (s *Service) UnitCases(ctx context.Context, a policy.Actor, pending bool, cursor string) (_ UnitPage, err error) {
	defer errs.Wrap(&err, "docket.UnitCases")
	own := Case{Unit: a.Unit}
	if !staff(a) || a.Unit == "" {
		return UnitPage{}, errs.New(errs.Forbidden, "")
	}
	if err := s.d.Policy.Check(a, "docket.view", caseResource(own)); err != nil {
		return UnitPage{}, err
	}
	at, after, err := parseCursor(cursor)
	if err != nil {
		return UnitPage{}, err
	}
	query := sqlUnitCases
	if pending {
		query = sqlUnitPending
	}
	rows, err := store.All[listRow](ctx, s.d.DB, query, a.Unit, at, after, pageSize+1)
	if err != nil {
		return UnitPage{}, err
	}
	count, err := store.One[int64](ctx, s.d.DB, sqlPendingCount, a.Unit)
	if err != nil {
		return UnitPage{}, err
	}
	out := UnitPage{Pending: int(count)}
	if len(rows) > pageSize {
		rows = rows[:pageSize]
		last := rows[pageSize-1]
		out.Next = strconv.FormatInt(store.Micros(last.Opened.Time), 36) + "." + last.ID
	}
	out.Cases = listed(rows)
	return out, nil
}

func parseCursor(c string) (at int64, after string, err error) {
	if c == "" {
		return math.MaxInt64, "", nil
	}
	us, after, _ := strings.Cut(c, ".")
	at, perr := strconv.ParseInt(us, 36, 64)
	if perr != nil || !id.Valid(after) {
		return 0, "", errs.New(errs.Invalid, "docket.cursor")
	}
	return at, after, nil
}

// View is everything a case's page shows.
type View struct {
	Case      Case
	Entries   []Entry
	Deadlines []Deadline // those that stand and that the actor may see
	Hearings  []Hearing  // to come, the next one first
	Linked    []Linked   // the case of first instance, or the appeals
}

// View reads a case for its page and records that once, if staff asks.
func (s *Service) View(ctx context.Context, a policy.Actor, id string) (_ View, err error) {
	defer errs.Wrap(&err, "docket.View")
	c, err := s.Case(ctx, a, id)
	if err != nil {
		return View{}, err
	}
	v := View{Case: c}
	if v.Entries, err = s.timeline(ctx, a, c); err != nil {
		return View{}, err
	}
	if v.Linked, err = s.linked(ctx, a, c); err != nil {
		return View{}, err
	}
	linkEntries(v.Entries, v.Linked)
	if v.Hearings, err = s.hearings(ctx, c); err != nil {
		return View{}, err
	}
	v.Deadlines, err = s.standing(ctx, a, c)
	return v, err
}
