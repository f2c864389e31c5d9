// SPDX-License-Identifier: Apache-2.0

package series

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/store"
)

var errPower = errors.New("the power failed")

// Whatever is issued when, however often the numbering breaks off and goes on,
// the lines and the roots are the ones that the log gives.
func TestAnyOrderGivesTheSameSeries(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		rnd := rand.New(rand.NewPCG(7, 7))
		for range 60 {
			switch rnd.IntN(6) {
			case 0, 1:
				for range 1 + rnd.IntN(4) {
					r.arrive(t, fmt.Sprintf("person-%d", rnd.IntN(9)))
				}
			case 2:
				r.sequence(t)
			case 3:
				left := rnd.IntN(12) // breaks off after as many steps
				r.step = func(string) error {
					if left--; left < 0 {
						return errPower
					}
					return nil
				}
				if err := r.Number(t.Context()); err != nil && !errors.Is(err, errPower) {
					t.Fatal(err)
				}
				r.step = nil
			case 4:
				r.number(t)
			case 5:
				r.sequence(t) // the log does not stand still over midnight here
				r.clk.Advance(time.Duration(rnd.IntN(40)) * time.Hour)
			}
		}
		r.sequence(t)
		r.number(t)
		r.sound(t)
		r.sequence(t)
		r.clk.Advance(24 * time.Hour)
		r.number(t)
		r.sound(t)
		if n := r.one(t, `SELECT count(*) FROM notice_series_day WHERE evidence = ''`); n != 0 {
			t.Errorf("%d days have no root", n)
		}
	})
}

// Each step fails once; whether it was persisted or not, the next run goes on,
// in another process.
func TestNumberErrors(t *testing.T) {
	for _, step := range []string{"read", "moved", "lines", "heads", "committed", "end", "ended", "nodes", "sign", "signed", "done"} {
		t.Run(step, func(t *testing.T) {
			each(t, func(t *testing.T, r *rig) {
				for i := range 5 {
					r.arrive(t, fmt.Sprintf("person-%d", i%2))
				}
				r.sequence(t)
				reached := 0
				r.step = func(name string) error {
					if name == step {
						if reached++; reached == 1 {
							return errPower
						}
					}
					return nil
				}
				err := r.Number(t.Context())
				r.sequence(t)
				r.clk.Advance(26 * time.Hour)
				if err == nil {
					err = r.Number(t.Context())
				}
				if !errors.Is(err, errPower) || reached != 1 {
					t.Fatalf("%v, reached %d times", err, reached)
				}
				r.Service = serviceOn(t, r.db, r.clk, r.key, testOrigin)
				r.number(t)
				r.sequence(t)
				r.number(t)
				r.sound(t)
				if n := r.one(t, `SELECT count(*) FROM notice_series_day WHERE evidence <> ''`); n != 1 {
					t.Errorf("%d roots, want one", n)
				}
			})
		})
	}
}

// Two processes at once: the second finds the position moved and stops.
func TestTwoProcesses(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		r.arrive(t, "a")
		r.arrive(t, "b")
		r.sequence(t)
		other := serviceOn(t, r.db, r.clk, r.key, testOrigin)
		for _, step := range []string{"read", "end", "sign"} {
			met := false
			r.step = func(name string) error {
				if name == step && !met {
					met = true
					return other.Number(t.Context())
				}
				return nil
			}
			r.number(t)
			if step == "end" || step == "sign" {
				if !met {
					t.Errorf("step %s was not reached", step)
				}
			}
			r.arrive(t, "a")
			r.clk.Advance(26 * time.Hour)
			r.sequence(t)
		}
		r.step = nil
		r.number(t)
		r.sound(t)
	})
}

// What the log holds of the next day is not in the root of this one; what was
// staged before midnight and placed after it waits for the next root; a day on
// which nothing came has a root of its own.
func TestTheDayIsCutInTheLog(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		first := civil.Of(r.clk.Now())
		r.arrive(t, "a")
		r.sequence(t)
		r.number(t)
		r.clk.Advance(first.Add(1).Time().Add(-time.Second).Sub(r.clk.Now()))
		r.arrive(t, "a") // a second before midnight
		r.clk.Advance(2 * time.Minute)
		r.number(t)
		if n := r.one(t, `SELECT count(*) FROM notice_series_day`); n != 0 {
			t.Error("the day ended although something of it waits")
		}
		r.arrive(t, "a") // of the next day
		r.sequence(t)
		r.number(t)
		r.sequence(t)
		r.clk.Advance(48 * time.Hour)
		r.number(t)
		r.sound(t)
		var days []int64
		for _, l := range r.kept(t, "a") {
			days = append(days, int64(l.Day-first))
		}
		if !slices.Equal(days, []int64{0, 0, 1}) {
			t.Errorf("the lines are of the days %v", days)
		}
		rows, err := store.All[dayRow](t.Context(), r.db, `SELECT day, origin, cut, series, lines, root, evidence, signed_us FROM notice_series_day ORDER BY day`)
		if err != nil || len(rows) != 3 || rows[0].Lines != 2 || rows[1].Lines != 3 || rows[2].Lines != 3 || string(rows[1].Root) != string(rows[2].Root) || rows[0].Evidence == "" {
			t.Errorf("%+v, %v", rows, err)
		}
	})
}

// While nobody has a notice no root is written, however long that takes; the
// series goes over to the next log when the old one has ended.
func TestQuietYearsAndTheNextLog(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		r.clk.Advance(400 * 24 * time.Hour)
		r.number(t)
		if n := r.one(t, `SELECT count(*) FROM ledger_entry`); n != 0 {
			t.Errorf("%d records without a notice", n)
		}
		r.arrive(t, "a")
		r.sequence(t)
		r.number(t)
		const next = "log.tarazu.example/1405"
		key, _, err := ledger.NewKey(next)
		if err != nil {
			t.Fatal(err)
		}
		old := r.Service
		r.clk.Advance(time.Hour)
		r.arrive(t, "a") // still for the old log
		r.Service = serviceOn(t, r.db, r.clk, key, next)
		r.clk.Advance(time.Hour)
		r.arrive(t, "a")
		r.sequence(t) // the new one only
		r.number(t)
		if n := len(r.kept(t, "a")); n != 1 {
			t.Fatalf("%d lines: the old log has not ended", n)
		}
		if _, err := old.d.Ledger.Sequence(t.Context()); err != nil {
			t.Fatal(err)
		}
		r.number(t)
		got := r.kept(t, "a")
		if len(got) != 3 || got[1].Origin != testOrigin || got[2].Origin != next {
			t.Fatalf("%+v", got)
		}
		r.clk.Advance(150 * 24 * time.Hour)
		r.number(t)
		if n := r.one(t, `SELECT count(*) FROM notice_series_day WHERE evidence <> ''`); n != 150 {
			t.Errorf("%d roots, want 150", n)
		}
	})
}
