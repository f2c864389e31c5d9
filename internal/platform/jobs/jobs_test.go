// SPDX-License-Identifier: Apache-2.0

package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

var mods = []store.Migrations{Migrations}

type ticket struct{ N int }

func newRunner(t *testing.T, db *store.DB, clk clock.Clock) *Runner {
	return New(Deps{DB: db, Clock: clk, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
		Poll: 5 * time.Millisecond, Rand: rand.New(rand.NewPCG(1, 2))})
}

// enqueue writes one job in its own blind transaction.
func enqueue(t *testing.T, r *Runner, kind string, args any, o ...Option) {
	t.Helper()
	if err := r.d.DB.WriteBlind(t.Context(), func(tx *store.Tx) error {
		return r.EnqueueTx(t.Context(), tx, kind, args, o...)
	}); err != nil {
		t.Fatal(err)
	}
}

func drain(t *testing.T, r *Runner, want int) {
	t.Helper()
	n, err := r.Drain(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if n != want {
		t.Fatalf("Drain ran %d jobs, want %d", n, want)
	}
}

// count tells how many rows are in a state.
func count(t *testing.T, db *store.DB, state string) int64 {
	t.Helper()
	n, err := store.One[int64](t.Context(), db, `SELECT count(*) FROM jobs_job WHERE state = $1`, state)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestEnqueueRunsOnceAndOnlyAfterCommit(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		r := newRunner(t, db, clk)
		var got []int
		Handle(r, "a", func(_ context.Context, a ticket) error { got = append(got, a.N); return nil })

		boom := errors.New("boom")
		err := db.Write(t.Context(), func(tx *store.Tx) error {
			if err := r.EnqueueTx(t.Context(), tx, "a", ticket{99}); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Fatalf("Write = %v", err)
		}
		if err := db.Write(t.Context(), func(tx *store.Tx) error {
			return r.EnqueueTx(t.Context(), tx, "a", ticket{1})
		}); err != nil {
			t.Fatal(err)
		}
		enqueue(t, r, "a", ticket{2})
		drain(t, r, 2)
		drain(t, r, 0)
		if !slices.Equal(got, []int{1, 2}) {
			t.Errorf("handled %v, want [1 2]", got)
		}
		if n := count(t, db, "done"); n != 2 {
			t.Errorf("%d done rows, want 2", n)
		}
	})
}

func TestDelayedJobWaitsAndOrderIsByDue(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		r := newRunner(t, db, clk)
		var got []int
		Handle(r, "a", func(_ context.Context, a ticket) error { got = append(got, a.N); return nil })
		enqueue(t, r, "a", ticket{3}, At(clk.Now().Add(2*time.Hour)))
		enqueue(t, r, "a", ticket{2}, At(clk.Now().Add(time.Hour)))
		enqueue(t, r, "a", ticket{1})
		drain(t, r, 1)
		clk.Advance(time.Hour - time.Microsecond)
		drain(t, r, 0)
		clk.Advance(2 * time.Hour)
		drain(t, r, 2)
		if !slices.Equal(got, []int{1, 2, 3}) {
			t.Errorf("handled %v, want [1 2 3]", got)
		}
	})
}

// TestFirst: what somebody waits for at a screen is done before ten that came
// earlier, and its age is counted from when it came.
func TestFirst(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		r := newRunner(t, db, clk)
		var got []int
		Handle(r, "a", func(_ context.Context, a ticket) error { got = append(got, a.N); return nil })
		for i := range 10 {
			enqueue(t, r, "a", ticket{i + 1})
			clk.Advance(time.Second)
		}
		enqueue(t, r, "a", ticket{0}, First())
		type backlog struct {
			Due    int64      `db:"due"`
			Dead   int64      `db:"dead"`
			Oldest store.Time `db:"oldest_us"`
		}
		b, err := store.One[backlog](t.Context(), db, sqlBacklog, store.At(clk.Now()))
		if err != nil || b.Due != 11 || clk.Now().Sub(b.Oldest.Time) != 10*time.Second {
			t.Errorf("%+v, %v: the oldest has waited for %v", b, err, clk.Now().Sub(b.Oldest.Time))
		}
		drain(t, r, 11)
		if !slices.IsSorted(got) {
			t.Errorf("handled in the order %v", got)
		}
	})
}

// A job that waits swallows another with its key. One that has started does
// not: what is asked for while it runs may have come after it looked.
func TestUniqueWhileNotStarted(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		r := newRunner(t, db, clk)
		fail := true
		var got []int
		Handle(r, "a", func(_ context.Context, a ticket) error {
			got = append(got, a.N)
			if a.N == 1 && fail {
				enqueue(t, r, "a", ticket{100}, Unique("k")) // this one runs already: kept
				enqueue(t, r, "a", ticket{101}, Unique("k")) // 100 waits: dropped
				return errors.New("not yet")
			}
			return nil
		})
		Handle(r, "b", func(context.Context, ticket) error { return nil })
		enqueue(t, r, "a", ticket{1}, Unique("k"))
		enqueue(t, r, "a", ticket{2}, Unique("k"))
		enqueue(t, r, "a", ticket{3}, Unique("other"))
		enqueue(t, r, "b", ticket{4}, Unique("k")) // another kind
		drain(t, r, 4)
		enqueue(t, r, "a", ticket{5}, Unique("k")) // 1 waits for its next attempt: kept
		fail = false
		drain(t, r, 1)
		clk.Advance(time.Hour)
		drain(t, r, 1)
		enqueue(t, r, "a", ticket{6}, Unique("k"))
		drain(t, r, 1)
		slices.Sort(got)
		if !slices.Equal(got, []int{1, 1, 3, 5, 6, 100}) {
			t.Errorf("handled %v, want [1 1 3 5 6 100]", got)
		}
	})
}

// A dead job is not revived besides one that waits to do the same.
func TestRetryKeepsTheKeyUnique(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		r := newRunner(t, db, clk)
		Handle(r, "a", func(context.Context, ticket) error { return errors.New("no") })
		enqueue(t, r, "a", ticket{1}, Unique("k"), Attempts(1))
		drain(t, r, 1)
		enqueue(t, r, "a", ticket{2}, Unique("k"), Attempts(1))
		dead, err := r.Dead(t.Context())
		if err != nil || len(dead) != 1 {
			t.Fatalf("Dead = %v, %v", dead, err)
		}
		if err := r.Retry(t.Context(), dead[0].ID); !errs.Is(err, errs.Conflict) {
			t.Errorf("Retry = %v, want a conflict", err)
		}
	})
}

func TestFailureBacksOffThenDiesAndCanBeRetried(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		r := newRunner(t, db, clk)
		var at []time.Duration
		start, fail := clk.Now(), true
		Handle(r, "a", func(context.Context, ticket) error {
			at = append(at, clk.Now().Sub(start))
			if fail {
				return errors.New("gateway down")
			}
			return nil
		})
		enqueue(t, r, "a", ticket{1}, Attempts(4))
		for range 60 {
			if _, err := r.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			clk.Advance(500 * time.Millisecond)
		}
		if len(at) != 4 {
			t.Fatalf("tried at %v, want 4 attempts", at)
		}
		for i, base := range []time.Duration{1, 3, 9} { // each within a fifth, and half a second of our steps
			gap, base := at[i+1]-at[i], base*time.Second
			if gap < base*4/5 || gap > base*6/5+500*time.Millisecond {
				t.Errorf("wait %d was %v, want about %v", i+1, gap, base)
			}
		}
		dead, err := r.Dead(t.Context())
		if err != nil || len(dead) != 1 {
			t.Fatalf("Dead = %v, %v", dead, err)
		}
		d := dead[0]
		if d.Kind != "a" || d.Attempt != 4 || d.Error != "gateway down" || string(d.Args) != `{"N":1}` || !d.Created.Equal(start) || d.Finished.Before(start) {
			t.Errorf("dead job is %+v", d)
		}
		if err := r.Retry(t.Context(), "nothing"); !errs.Is(err, errs.NotFound) {
			t.Errorf("Retry of nothing = %v", err)
		}
		if err := r.Retry(t.Context(), d.ID); err != nil {
			t.Fatal(err)
		}
		fail = false
		drain(t, r, 1)
		if dead, _ = r.Dead(t.Context()); len(dead) != 0 || count(t, db, "done") != 1 {
			t.Errorf("after the retry: dead %v", dead)
		}
		if err := r.Retry(t.Context(), d.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("Retry of a done job = %v", err)
		}
	})
}

// What a panic says is told like any other failure, without personal data, and
// the log has the stack.
func TestPanicIsToldWithoutPersonalData(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		var log strings.Builder
		r := New(Deps{DB: db, Clock: clk, Log: slog.New(slog.NewTextHandler(&log, nil))})
		type secret struct{ Name string }
		values := []any{
			"no room for 0000000019 in 140400920010100001",
			fmt.Errorf("call %s, %w", "۰۹۱۲۰۰۰۰۰۰۱", errors.New("please")),
			secret{"Sara"},
		}
		Handle(r, "panics", func(_ context.Context, a ticket) error { panic(values[a.N]) })
		for n := range values {
			enqueue(t, r, "panics", ticket{n}, Attempts(1))
		}
		drain(t, r, len(values))
		dead, err := r.Dead(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range dead {
			got = append(got, d.Error)
		}
		slices.Sort(got)
		want := []string{
			"the handler panicked: [jobs.secret]",
			"the handler panicked: call [redacted], please",
			"the handler panicked: no room for [redacted] in 140400920010100001",
		}
		if !slices.Equal(got, want) {
			t.Errorf("the rows say %q", got)
		}
		if n := strings.Count(log.String(), "TestPanicIsToldWithoutPersonalData"); n < len(values) {
			t.Errorf("the log names the panicking function %d times: %s", n, log.String())
		}
	})
}

func TestPanicAndUnreadablePayloadAreFailures(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		reg := prometheus.NewRegistry()
		r := New(Deps{DB: db, Clock: clk, Metrics: reg})
		var calls int
		Handle(r, "panics", func(context.Context, ticket) error {
			if calls++; calls == 1 {
				panic("oh")
			}
			return nil
		})
		Handle(r, "strict", func(context.Context, ticket) error { t.Error("called with an unreadable payload"); return nil })
		enqueue(t, r, "panics", ticket{1})
		enqueue(t, r, "strict", "a text")
		drain(t, r, 2)
		dead, err := r.Dead(t.Context())
		if err != nil || len(dead) != 1 || dead[0].Kind != "strict" || dead[0].Attempt != 1 {
			t.Errorf("Dead = %+v, %v; want the unreadable one at once", dead, err)
		}
		clk.Advance(time.Minute)
		drain(t, r, 1)
		if err := r.housekeep(t.Context()); err != nil {
			t.Fatal(err)
		}
		for outcome, want := range map[string]float64{"failed": 1, "done": 1} {
			if got := metric(t, reg, "tarazu_job_runs_total", "panics", outcome); got != want {
				t.Errorf("runs{panics,%s} = %v, want %v", outcome, got, want)
			}
		}
		if got := metric(t, reg, "tarazu_jobs_dead"); got != 1 {
			t.Errorf("dead gauge = %v, want 1", got)
		}
	})
}

// metric reads one counter or gauge by its name and the values of its labels.
func metric(t *testing.T, reg prometheus.Gatherer, name string, labels ...string) float64 {
	t.Helper()
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			var have []string
			for _, l := range m.GetLabel() {
				have = append(have, l.GetValue())
			}
			if f.GetName() == name && slices.Equal(have, labels) {
				return m.GetCounter().GetValue() + m.GetGauge().GetValue()
			}
		}
	}
	t.Fatalf("no metric %s%v", name, labels)
	return 0
}

type arrived struct{ Notice string }

func (arrived) EventKind() string { return "notice.arrived" }

func TestEventReachesEachSubscriberOnItsOwn(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		r := newRunner(t, db, clk)
		var docket, filing []string
		Subscribe(r, "docket", func(_ context.Context, e arrived) error { docket = append(docket, e.Notice); return nil })
		Subscribe(r, "filing", func(_ context.Context, e arrived) error {
			filing = append(filing, e.Notice)
			if len(filing) == 1 {
				return errors.New("busy")
			}
			return nil
		})
		if err := db.WriteBlind(t.Context(), func(tx *store.Tx) error {
			return errors.Join(r.PublishTx(t.Context(), tx, arrived{"n1"}), r.PublishTx(t.Context(), tx, unheard{}))
		}); err != nil {
			t.Fatal(err)
		}
		drain(t, r, 2)
		clk.Advance(time.Minute)
		drain(t, r, 1)
		if !slices.Equal(docket, []string{"n1"}) || !slices.Equal(filing, []string{"n1", "n1"}) {
			t.Errorf("docket heard %v, filing %v", docket, filing)
		}
	})
}

type unheard struct{}

func (unheard) EventKind() string { return "nobody.cares" }

func TestWrongUseIsAnError(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		try := func(r *Runner, kind string, args any) error {
			return db.WriteBlind(t.Context(), func(tx *store.Tx) error { return r.EnqueueTx(t.Context(), tx, kind, args) })
		}
		r := newRunner(t, db, clk)
		Handle(r, "a", func(context.Context, string) error { return nil })
		r.Periodic("p", time.Hour, func(context.Context) error { return nil })
		tests := map[string]error{
			"unknown kind":  try(r, "b", "x"),
			"periodic kind": try(r, "p", "x"),
			"unencodable":   try(r, "a", make(chan int)),
			"too large":     try(r, "a", strings.Repeat("x", MaxArgs-1)), // and two quotes
		}
		for name, err := range tests {
			if err == nil {
				t.Errorf("%s: accepted", name)
			}
		}
		if err := try(r, "a", strings.Repeat("x", MaxArgs-2)); err != nil {
			t.Errorf("largest payload: %v", err)
		}
		twice := newRunner(t, db, clk)
		for range 2 {
			Handle(twice, "a", func(context.Context, string) error { return nil })
		}
		bad := newRunner(t, db, clk)
		bad.Periodic("p", 0, func(context.Context) error { return nil })
		for name, r := range map[string]*Runner{"twice": twice, "no interval": bad} {
			if _, err := r.Drain(t.Context()); err == nil {
				t.Errorf("%s: Drain accepted", name)
			}
			if err := r.Run(t.Context()); err == nil {
				t.Errorf("%s: Run accepted", name)
			}
		}
	})
}

func TestBackoffIsDeterministicUnderASeed(t *testing.T) {
	t.Parallel()
	waits := func() (out []time.Duration) {
		r := New(Deps{Rand: rand.New(rand.NewPCG(7, 7))})
		for n := range int64(DefaultAttempts - 1) {
			out = append(out, r.backoff(n+1))
		}
		return out
	}
	a, b := waits(), waits()
	if !slices.Equal(a, b) {
		t.Errorf("%v and %v differ", a, b)
	}
	var sum time.Duration
	for _, w := range a {
		sum += w
	}
	if sum < 11*time.Hour || sum > 18*time.Hour || a[10] > 6*time.Hour*6/5 {
		t.Errorf("all waits together are %v (%v)", sum, a)
	}
}
