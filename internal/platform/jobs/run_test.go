// SPDX-License-Identifier: Apache-2.0

package jobs

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

func TestPeriodicHasOneLeaderAndRecovers(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		fail := false
		var got []string
		runner := func(name string, every time.Duration) *Runner {
			r := newRunner(t, db, clk)
			r.Periodic("tidy", every, func(context.Context) error {
				got = append(got, name)
				if fail {
					return errors.New("no")
				}
				return nil
			})
			return r
		}
		a, b := runner("a", time.Hour), runner("b", time.Hour)
		drain(t, a, 1)
		drain(t, b, 0)
		clk.Advance(time.Hour)
		drain(t, b, 1)
		drain(t, a, 0)

		clk.Advance(time.Hour)
		fail = true
		drain(t, a, 1)
		fail = false
		clk.Advance(2 * time.Second) // sooner than the interval
		drain(t, b, 1)
		drain(t, a, 0)
		if !slices.Equal(got, []string{"a", "b", "a", "b"}) {
			t.Errorf("ran on %v", got)
		}

		// The leader dies; another takes over when the lease has run out.
		clk.Advance(time.Hour)
		if batch, _, err := a.claimDue(t.Context(), false, 1); err != nil || len(batch) != 1 {
			t.Fatalf("claim = %v, %v", batch, err)
		}
		drain(t, b, 0)
		clk.Advance(time.Minute)
		drain(t, b, 1)

		// A shorter interval counts from now, not after the old one.
		quick := runner("quick", time.Second)
		drain(t, quick, 0)
		clk.Advance(time.Second)
		drain(t, quick, 1)
		if n, err := store.One[int64](t.Context(), db, `SELECT count(*) FROM jobs_job`); err != nil || n != 1 {
			t.Errorf("%d rows (%v), want one for the periodic work", n, err)
		}
	})
}

func TestRunWakesAndDrainsGracefully(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		r := newRunner(t, db, clk)
		r.d.Poll = time.Hour // only a wake-up can start it
		started, release := make(chan struct{}), make(chan struct{})
		Handle(r, "a", func(ctx context.Context, _ ticket) error {
			close(started)
			<-release
			return ctx.Err() // still valid although Run's context has ended
		})
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		done := make(chan error, 1)
		go func() { done <- r.Run(ctx) }()
		enqueue(t, r, "a", ticket{1})
		<-started
		stop()
		enqueue(t, r, "a", ticket{2}) // too late for this process
		select {
		case err := <-done:
			t.Fatalf("Run returned %v with a handler at work", err)
		default:
		}
		close(release)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if done, open := count(t, db, "done"), count(t, db, "open"); done != 1 || open != 1 {
			t.Errorf("%d done and %d open, want 1 and 1", done, open)
		}
	})
}

func TestRunEndsHandlersAfterTheGrace(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		r := newRunner(t, db, clk)
		r.d.Grace = 10 * time.Millisecond
		started := make(chan struct{})
		Handle(r, "a", func(ctx context.Context, _ ticket) error {
			close(started)
			<-ctx.Done()
			return ctx.Err()
		})
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		done := make(chan error, 1)
		go func() { done <- r.Run(ctx) }()
		enqueue(t, r, "a", ticket{1})
		<-started
		stop()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if due, err := store.One[string](t.Context(), db, `SELECT error FROM jobs_job WHERE state = 'open' AND lease_by = ''`); err != nil || due != "context canceled" {
			t.Errorf("the job says %q (%v), want that it was ended and waits", due, err)
		}
	})
}

func TestDoneJobsAreForgottenDeadOnesAreNot(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		r := newRunner(t, db, clk)
		Handle(r, "a", func(_ context.Context, a ticket) error {
			if a.N == 2 {
				return errors.New("no")
			}
			return nil
		})
		enqueue(t, r, "a", ticket{1})
		enqueue(t, r, "a", ticket{2}, Attempts(1))
		drain(t, r, 2)
		clk.Advance(24 * time.Hour)
		for _, want := range []int64{1, 0} {
			if err := r.housekeep(t.Context()); err != nil {
				t.Fatal(err)
			}
			if n := count(t, db, "done"); n != want {
				t.Errorf("%d done rows after %v, want %d", n, clk.Now(), want)
			}
			clk.Advance(time.Microsecond)
		}
		if n := count(t, db, "dead"); n != 1 {
			t.Errorf("%d dead rows, want 1", n)
		}
	})
}

// One round forgets everything that is old enough, however much that is.
func TestForgettingGoesOnUntilNothingIsLeft(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		r := newRunner(t, db, clk)
		const fill = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
			INSERT INTO jobs_job (id, kind, args, state, due_us, attempts, created_us, finished_us)
			SELECT 'old' || i, 'a', 'null', 'done', 1, 1, 1, 1 FROM n`
		err := db.Write(t.Context(), func(tx *store.Tx) error { return tx.Exec(t.Context(), fill, 2*forgetBatch+1) })
		if err != nil {
			t.Fatal(err)
		}
		if err := r.housekeep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := count(t, db, "done"); n != 0 {
			t.Errorf("%d old rows are left", n)
		}
	})
}

// TestUrgentHasWorkersOfItsOwn: although every worker is at something long, what
// somebody waits for at a screen is done.
func TestUrgentHasWorkersOfItsOwn(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		r := newRunner(t, db, clk)
		started, release, code := make(chan struct{}), make(chan struct{}), make(chan struct{})
		Handle(r, "long", func(context.Context, ticket) error {
			started <- struct{}{}
			<-release
			return nil
		})
		Handle(r, "code", func(context.Context, ticket) error { close(code); return nil })
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		done := make(chan error, 1)
		go func() { done <- r.Run(ctx) }()
		for i := range 2 * r.d.Workers {
			enqueue(t, r, "long", ticket{i})
		}
		for range r.d.Workers {
			<-started
		}
		enqueue(t, r, "code", ticket{0}, First())
		<-code
		stop()
		close(release)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if n := count(t, db, "open"); n != int64(r.d.Workers) {
			t.Errorf("%d wait, want those for whom there was no worker", n)
		}
	})
}
