// SPDX-License-Identifier: Apache-2.0

package outage

import (
	"context"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	// statusDays is how far back the status page looks, today included.
	statusDays = 30
	// statusKept is how long an answer is given again without asking the
	// database: the page is looked at most when everything is slow.
	statusKept = 10 * time.Second
)

// Status is how the service is and was.
type Status struct {
	At      time.Time // when this was put together
	Checked time.Time // when a server last looked after itself; zero: never
	Stale   bool      // the database does not answer now: this is the last that is known
	Late    bool      // no server has looked after itself for too long
	Parts   []PartStatus
	Planned []Interval // that lie ahead, the next one first
	Recent  []Interval // of the last days, the newest first, what was withdrawn among them
}

// PartStatus is one part.
type PartStatus struct {
	Part  Part
	Down  *Interval // it is out of use now
	Days  []DayStatus
	Total time.Duration // in these days, each moment counted once
}

// DayStatus is how long a part was out of use on a day.
type DayStatus struct {
	Day   civil.Day
	Total time.Duration
}

// Down are the parts that are out of use now.
func (s Status) Down() (out []PartStatus) {
	for _, p := range s.Parts {
		if p.Down != nil {
			out = append(out, p)
		}
	}
	return out
}

const selectRecent = `SELECT id, version, part, from_us, to_us, cause, origin, text_fa, text_en, withdrawn, evidence_id, changed_us
	FROM outage_interval WHERE (to_us = 0 OR to_us > $1) AND (NOT withdrawn OR changed_us > $1) ORDER BY from_us DESC, id DESC LIMIT 300`

// Status tells how the service is. It does not fail: while the database does not
// answer it repeats what was known last, and says so.
func (s *Service) Status(ctx context.Context) Status {
	now := s.d.DB.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.asked.IsZero() && !now.Before(s.asked) && now.Sub(s.asked) < statusKept {
		return s.status
	}
	s.asked = now
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	list, beat, err := s.recent(ctx, now)
	if err != nil {
		s.d.Log.WarnContext(ctx, "the status page repeats what was known last", "err", err)
		if s.status.At.IsZero() {
			s.status = s.statusOf(now, nil, time.Time{})
		}
		s.status.Stale = true
		return s.status
	}
	s.status = s.statusOf(now, list, beat)
	return s.status
}

// forget makes the next Status ask the database.
func (s *Service) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = time.Time{}
}

func (s *Service) recent(ctx context.Context, now time.Time) (_ []Interval, beat time.Time, err error) {
	defer errs.Wrap(&err, "outage.Status")
	rows, err := store.All[intervalRow](ctx, s.d.DB, selectRecent, store.At(firstDay(now).Time()))
	if err != nil {
		return nil, beat, err
	}
	beat, err = lastBeat(ctx, s.d.DB)
	return intervalsOf(rows), beat, err
}

// firstDay is the oldest day on the status page.
func firstDay(now time.Time) civil.Day { return civil.Of(now).Add(1 - statusDays) }

func (s *Service) statusOf(now time.Time, list []Interval, beat time.Time) Status {
	out := Status{At: now, Checked: beat, Late: now.Sub(beat) > time.Duration(s.rules.Probe.Gap)*time.Second}
	for _, i := range list {
		if i.From.After(now) {
			if !i.Withdrawn {
				out.Planned = append(out.Planned, i)
			}
			continue
		}
		out.Recent = append(out.Recent, i)
	}
	slices.Reverse(out.Planned)
	for _, p := range s.rules.Parts {
		own := slices.DeleteFunc(slices.Clone(list), func(i Interval) bool { return i.Part != p.Code })
		ps := PartStatus{Part: p}
		for n := range own {
			if i := own[n]; !i.Withdrawn && !i.From.After(now) && (i.To.IsZero() || i.To.After(now)) {
				ps.Down = &own[n]
			}
		}
		for d := firstDay(now); d <= civil.Of(now); d++ {
			y, m, day := d.Gregorian()
			from := time.Date(y, time.Month(m), day, 0, 0, 0, 0, clock.Tehran)
			to := from.AddDate(0, 0, 1)
			if to.After(now) {
				to = now
			}
			total, _ := sum(own, from, to)
			ps.Days, ps.Total = append(ps.Days, DayStatus{d, total}), ps.Total+total
		}
		out.Parts = append(out.Parts, ps)
	}
	return out
}
