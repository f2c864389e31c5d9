// SPDX-License-Identifier: Apache-2.0

package outage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

// scene plays rounds of probers against parts that a test breaks.
type scene struct {
	*rig
	t      *testing.T
	start  time.Time
	broken map[string]bool
}

func newScene(t *testing.T, db *store.DB, clk *clock.Fake) *scene {
	return &scene{rig: newRig(t, db, clk), t: t, start: clk.Now(), broken: map[string]bool{}}
}

// prober is a process of its own; it sees the parts that are broken for it under
// its own name, or for everybody.
func (s *scene) prober(name string) *Prober {
	var list []Probe
	for _, part := range []string{"login", "filing", "gateway.sms"} {
		list = append(list, Probe{Part: part, Ask: func(context.Context) error {
			if s.broken[part] || s.broken[name+" "+part] {
				return errors.New("broken")
			}
			return nil
		}})
	}
	return s.NewProber(s.clk, 10*time.Second, list...)
}

// rounds lets each prober ask n times, ten seconds apart.
func (s *scene) rounds(n int, all ...*Prober) {
	s.t.Helper()
	for range n {
		for _, p := range all {
			if err := p.Round(s.t.Context()); err != nil && !s.broken["store"] {
				s.t.Fatal(err)
			}
		}
		s.clk.Advance(10 * time.Second)
	}
}

// want compares all intervals with what is expected, in seconds since the start.
func (s *scene) want(what string, want ...string) {
	s.t.Helper()
	list, err := s.Touching(s.t.Context(), s.db, []string{"login", "filing", "gateway.sms"}, s.start.AddDate(-1, 0, 0), s.start.AddDate(1, 0, 0))
	if err != nil {
		s.t.Fatal(err)
	}
	var got []string
	for _, i := range list {
		end := ""
		if !i.Open() {
			end = fmt.Sprint(int(i.To.Sub(s.start).Seconds()))
		}
		got = append(got, fmt.Sprintf("%s %d-%s %s %s", i.Part, int(i.From.Sub(s.start).Seconds()), end, i.Cause, i.Origin))
	}
	slices.Sort(got)
	if strings.Join(got, "; ") != strings.Join(want, "; ") {
		s.t.Errorf("%s: %q, want %q", what, got, want)
	}
}

func TestProberOpensAndCloses(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		s := newScene(t, db, clk)
		p := s.prober("a")
		s.rounds(2, p) // 0, 10
		s.broken["login"], s.broken["gateway.sms"] = true, true
		s.rounds(2, p) // 20, 30
		s.want("two failures are none")
		s.rounds(1, p)
		s.want("three are one, from the first on", "gateway.sms 20- theirs automatic", "login 20- ours automatic")
		s.broken["login"] = false
		s.rounds(2, p) // 50, 60
		s.want("two successes do not end it", "gateway.sms 20- theirs automatic", "login 20- ours automatic")
		s.rounds(1, p)
		s.want("three do, at the first", "gateway.sms 20- theirs automatic", "login 20-50 ours automatic")
		s.broken["login"] = true
		s.rounds(3, p) // 80, 90, 100
		s.want("so soon it is the same outage", "gateway.sms 20- theirs automatic", "login 20- ours automatic")
		s.broken["login"], s.broken["gateway.sms"] = false, false
		s.rounds(3, p)
		s.want("all over", "gateway.sms 20-110 theirs automatic", "login 20-110 ours automatic")
		s.clk.Advance(10 * time.Minute)
		s.broken["login"] = true
		s.rounds(3, p)
		if got := strings.Join(s.events(t), " "); got != "opened opened closed reopened closed closed opened" {
			t.Errorf("evidence: %s", got)
		}
		if n := len(s.told(t)); n != 7 {
			t.Errorf("%d events", n)
		}
	})
}

func TestProberAfterTheDatabase(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		s := newScene(t, db, clk)
		p := s.prober("a")
		s.rounds(1, p)
		move := func(from, to string) {
			if err := db.Write(t.Context(), func(tx *store.Tx) error {
				return tx.Exec(t.Context(), `ALTER TABLE `+from+` RENAME TO `+to)
			}); err != nil {
				t.Fatal(err)
			}
		}
		move("outage_process", "outage_away")
		s.broken["store"], s.broken["login"], s.broken["filing"] = true, true, true
		s.rounds(4, p) // 10 to 40
		s.broken["login"], s.broken["filing"] = false, false
		s.rounds(3, p) // 50 to 70: what failed works again before anything can be written
		s.want("nothing can be written")
		move("outage_away", "outage_process")
		s.broken["store"] = false
		s.rounds(1, p)
		s.want("what nobody could write is written afterwards", "filing 10-50 ours automatic", "login 10-50 ours automatic")
	})
}

func TestProberFindsTheGap(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		s := newScene(t, db, clk)
		s.rounds(3, s.prober("a")) // the last sign of life at 20
		s.clk.Advance(time.Minute)
		s.rounds(3, s.prober("b"))
		s.want("a short silence is a restart")
		s.clk.Advance(time.Hour) // the last sign of life at 110
		c := s.prober("c")
		s.rounds(1, c)
		s.want("found at the start", "filing 110- ours found", "login 110- ours found")
		s.rounds(3, c)
		s.want("and closed at the first success", "filing 110-3720 ours found", "login 110-3720 ours found")
	})
}

func TestProbersOfSeveralProcesses(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		s := newScene(t, db, clk)
		a, b, c := s.prober("a"), s.prober("b"), s.prober("c")
		s.rounds(1, a, b, c)
		s.broken["b login"] = true
		s.rounds(5, a, b, c)
		s.want("one of three fails")
		s.broken["c login"] = true
		s.rounds(4, a, b, c)
		list, err := s.Touching(t.Context(), db, []string{"login"}, s.start, s.start.AddDate(0, 0, 1))
		if err != nil || len(list) != 1 {
			t.Fatalf("two of three fail, and there are %d intervals, %v", len(list), err)
		}
		// The leader goes; another takes over when its lease is over, and ends what
		// the first one opened.
		s.broken = map[string]bool{}
		s.rounds(15, b, c)
		if list, err = s.Touching(t.Context(), db, []string{"login"}, s.start, s.start.AddDate(0, 0, 1)); err != nil || len(list) != 1 || list[0].Open() {
			t.Errorf("after the leader is gone: %+v, %v", list, err)
		}
		if n := len(s.events(t)); n != 2 {
			t.Errorf("%d records of one interval", n)
		}
	})
}

func TestWithdrawnStaysWithdrawn(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		s := newScene(t, db, clk)
		p := s.prober("a")
		s.broken["login"] = true
		s.rounds(3, p)
		list, err := s.Touching(t.Context(), db, []string{"login"}, s.start, s.clk.Now())
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		if _, err := s.Withdraw(t.Context(), admin, list[0].ID, 1, "the probe was wrong"); err != nil {
			t.Fatal(err)
		}
		s.rounds(3, p)
		s.want("a person said that it was none")
		s.broken["login"] = false
		s.rounds(3, p)
		s.broken["login"] = true
		s.rounds(3, p)
		s.want("a new one is a new one", "login 90- ours automatic")
	})
}
