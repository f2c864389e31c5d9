// SPDX-License-Identifier: Apache-2.0

package calendar

import (
	"cmp"
	"slices"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// blockedDays are the days that an outage takes from a term by its rule; of
// several outages on a day the one with the lowest id stands for it, so that the
// order of the input does not matter.
func blockedDays(r Rule, in Input) map[civil.Day]Blocked {
	if r.Outage != OutageMoves {
		return nil
	}
	out := make(map[civil.Day]Blocked, len(in.Blocked))
	for _, b := range in.Blocked {
		if had, ok := out[b.Day]; !ok || b.Outage < had.Outage {
			out[b.Day] = b
		}
	}
	return out
}

// share lets the longest term of several defendants help this one (CPC 447).
// The safe date stays: it is the day that no reading calls late.
func (out *Computation) share(c *Calendar, r Rule, in Input) error {
	if !r.Shared {
		return nil
	}
	var longest Computation
	var of Other
	for _, o := range in.Others {
		alone := in
		alone.Served, alone.Abroad, alone.Others, alone.Hearings = o.Served, o.Abroad, nil, nil
		got, err := Compute(r, c, alone)
		if err != nil {
			return err
		}
		if n := cmp.Compare(got.Last, longest.Last); n > 0 || n == 0 && o.Notice < of.Notice {
			longest, of = got, o
		}
	}
	if of.Notice == "" || longest.Last <= out.Last {
		return nil
	}
	out.Longest = &of
	for _, b := range longest.Outages {
		if !slices.Contains(out.Outages, b) {
			out.Outages = append(out.Outages, b)
		}
	}
	out.Provisional, out.Uncertain = out.Provisional || longest.Provisional, out.Uncertain || longest.Uncertain
	out.extend(c, longest.Last, WhyShared, WhySharedLast)
	return nil
}

// postpone moves a term that ends on the day of a hearing which could not be
// held to the day that the court set instead, or the first open one after it
// (CPC 448); and on, if that one could not be held either.
func (out *Computation) postpone(c *Calendar, in Input, blocked map[civil.Day]Blocked) error {
	if !out.Rule.AtHearing {
		return nil
	}
	left := slices.Clone(in.Hearings)
	slices.SortFunc(left, func(a, b Postponed) int {
		return cmp.Or(cmp.Compare(a.Was, b.Was), cmp.Compare(b.Now, a.Now), cmp.Compare(a.Hearing, b.Hearing))
	})
	for _, h := range left { // in the order of their days, so each moves at most once
		if h.Was != out.Last || h.Now <= h.Was {
			continue
		}
		to := h.Now
		for {
			b, shut := blocked[to]
			if open := c.On(to, out.Province).Open; open && !shut {
				break
			} else if open {
				out.Outages = append(out.Outages, b)
			}
			if to++; to-h.Now > maxClosedRun {
				return errs.New(errs.Conflict, "calendar.no_open_day")
			}
		}
		out.Hearings = append(out.Hearings, h)
		out.doubt(c, h.Now, to)
		out.extend(c, to, WhyHearing, WhyHearingNow)
	}
	return nil
}

// extend lets the term run on to a later last day.
func (out *Computation) extend(c *Calendar, to civil.Day, why, last string) {
	if out.Own == nil {
		own := out.Last
		out.Own = &own
	}
	if end := &out.Days[len(out.Days)-1]; !end.Counted {
		end.Why = WhyOwnLast
	}
	for d := out.Last.Add(1); d <= to; d++ {
		m := DayMark{Date: d, Why: why}
		if d == to {
			m.Why = last
		} else if s := c.On(d, out.Province); !s.Open {
			m.Closed, m.Name = s.Why, nameOf(s)
		}
		out.Days = append(out.Days, m)
	}
	out.Last = to
}
