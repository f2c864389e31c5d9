// SPDX-License-Identifier: Apache-2.0

package jobs

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

// A process dies in the middle: it has claimed and never says anything again.
func TestLeaseOfADeadProcessIsRetaken(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		var got []string
		runner := func(name string) *Runner {
			r := newRunner(t, db, clk)
			Handle(r, "a", func(context.Context, ticket) error { got = append(got, name); return nil })
			return r
		}
		dying, heir := runner("dying"), runner("heir")
		enqueue(t, dying, "a", ticket{1}, Attempts(2))
		batch, _, err := dying.claimDue(t.Context(), false, 10)
		if err != nil || len(batch) != 1 {
			t.Fatalf("claim = %v, %v", batch, err)
		}
		drain(t, heir, 0)
		clk.Advance(time.Minute - time.Microsecond)
		drain(t, heir, 0)
		clk.Advance(time.Microsecond)
		drain(t, heir, 1)
		// The dead one comes back to life: its outcome no longer counts.
		if err := db.WriteBlind(t.Context(), func(tx *store.Tx) error {
			return tx.Exec(t.Context(), sqlLater, store.At(clk.Now()), batch[0].ID, dying.id, batch[0].Attempt, "late")
		}); err != nil {
			t.Fatal(err)
		}
		drain(t, heir, 0)
		if !slices.Equal(got, []string{"heir"}) || count(t, db, "done") != 1 {
			t.Errorf("handled by %v", got)
		}
	})
}

// TestLostClaim: a claim that the database has lost is made again, by the same process;
// then the first handler ends, and only the outcome of the second is written.
func TestLostClaim(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		r := newRunner(t, db, clk)
		begun, release := make(chan struct{}), make(chan struct{})
		var runs atomic.Int64
		Handle(r, "a", func(ctx context.Context, _ ticket) error {
			if runs.Add(1) > 1 {
				close(release)
				return nil
			}
			close(begun)
			<-ctx.Done()
			<-release
			return ctx.Err()
		})
		enqueue(t, r, "a", ticket{1})
		claim := func() claimed {
			batch, _, err := r.claimDue(t.Context(), false, 1)
			if err != nil || len(batch) != 1 {
				t.Fatalf("claim = %v, %v", batch, err)
			}
			return batch[0]
		}
		first := claim()
		held := make(chan bool)
		go func() { _, ok := r.work(t.Context(), first); held <- ok }()
		<-begun
		if err := db.WriteBlind(t.Context(), func(tx *store.Tx) error { // what was never on the disk
			return tx.Exec(t.Context(), `UPDATE jobs_job SET lease_by = '', attempt = 0, due_us = created_us`)
		}); err != nil {
			t.Fatal(err)
		}
		o, ok := r.work(t.Context(), claim())
		if !ok || <-held {
			t.Error("the outcome of the first is kept")
		}
		r.write(t.Context(), []outcome{o})
		if count(t, db, "done") != 1 {
			t.Error("not done")
		}
	})
}

func TestJobThatKillsItsProcessEndsDead(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		r := newRunner(t, db, clk)
		Handle(r, "a", func(context.Context, ticket) error { t.Error("ran a third time"); return nil })
		enqueue(t, r, "a", ticket{1}, Attempts(2))
		for range 2 { // two processes claim it and die
			if batch, _, err := r.claimDue(t.Context(), false, 1); err != nil || len(batch) != 1 {
				t.Fatalf("claim = %v, %v", batch, err)
			}
			clk.Advance(time.Minute)
		}
		drain(t, r, 1)
		if dead, err := r.Dead(t.Context()); err != nil || len(dead) != 1 || !strings.Contains(dead[0].Error, "last attempt") {
			t.Errorf("Dead = %+v, %v", dead, err)
		}
	})
}

func TestRenewalKeepsTheLeaseAndALostOneEndsTheHandler(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		slow, thief := newRunner(t, db, clk), newRunner(t, db, clk)
		started, cause := make(chan struct{}), make(chan error, 1)
		Handle(slow, "a", func(ctx context.Context, _ ticket) error {
			close(started)
			<-ctx.Done()
			cause <- context.Cause(ctx)
			return ctx.Err()
		})
		stolen := 0
		Handle(thief, "a", func(context.Context, ticket) error { stolen++; return nil })
		enqueue(t, slow, "a", ticket{1})
		done := make(chan error, 1)
		go func() { _, err := slow.Drain(t.Context()); done <- err }()
		<-started

		for range 5 { // far beyond one lease
			clk.Advance(40 * time.Second)
			if err := slow.renew(t.Context()); err != nil {
				t.Fatal(err)
			}
			drain(t, thief, 0)
		}
		clk.Advance(2 * time.Minute) // the process hangs: no renewal
		drain(t, thief, 1)
		if err := slow.renew(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := <-cause; !errors.Is(err, errLost) {
			t.Errorf("the handler's context ended because of %v, want the lost lease", err)
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if n := count(t, db, "done"); n != 1 || stolen != 1 {
			t.Errorf("%d done, %d stolen, want 1 and 1", n, stolen)
		}
	})
}

// The same runner claims a job again whose lease it has lost. When the first
// attempt ends at last, the second goes on being renewed.
func TestAnOldAttemptDoesNotEndTheRenewalOfALaterOne(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		r, thief := newRunner(t, db, clk), newRunner(t, db, clk)
		begun := make(chan struct{})
		release := []chan struct{}{make(chan struct{}), make(chan struct{})}
		var calls atomic.Int32
		Handle(r, "a", func(context.Context, ticket) error {
			n := calls.Add(1)
			begun <- struct{}{}
			<-release[n-1]
			return nil
		})
		Handle(thief, "a", func(context.Context, ticket) error { t.Error("claimed although it is being renewed"); return nil })
		enqueue(t, r, "a", ticket{1})
		done := []chan error{make(chan error, 1), make(chan error, 1)}
		for i := range done {
			go func() { _, err := r.Drain(t.Context()); done[i] <- err }()
			<-begun
			if i == 0 {
				clk.Advance(2 * time.Minute) // the process hangs: the lease runs out
			}
		}
		close(release[0])
		if err := <-done[0]; err != nil {
			t.Fatal(err)
		}
		clk.Advance(40 * time.Second)
		if err := r.renew(t.Context()); err != nil {
			t.Fatal(err)
		}
		clk.Advance(40 * time.Second) // beyond the second attempt's first lease
		drain(t, thief, 0)
		close(release[1])
		if err := <-done[1]; err != nil {
			t.Fatal(err)
		}
		if n := count(t, db, "done"); n != 1 {
			t.Errorf("%d done, want 1", n)
		}
	})
}

// Several processes at once, on one table, while jobs come in: every job runs
// exactly once, for no lease runs out.
func TestConcurrentRunnersDoNotDuplicate(t *testing.T) {
	t.Parallel()
	const runners, total = 4, 400
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		var runs [total]atomic.Int32
		var left atomic.Int32
		left.Store(total)
		all := make(chan struct{})
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		var wg sync.WaitGroup
		var rs []*Runner
		for range runners {
			r := newRunner(t, db, clk)
			r.d.Rand = rand.New(rand.NewPCG(3, 4))
			Handle(r, "a", func(_ context.Context, a ticket) error {
				runs[a.N].Add(1)
				if left.Add(-1) == 0 {
					close(all)
				}
				return nil
			})
			rs = append(rs, r)
			wg.Go(func() {
				if err := r.Run(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		for n := range total {
			enqueue(t, rs[n%runners], "a", ticket{n})
		}
		select {
		case <-all:
		case <-time.After(time.Minute):
			t.Errorf("%d jobs have not run", left.Load())
		}
		stop()
		wg.Wait()
		for n := range runs {
			if got := runs[n].Load(); got != 1 {
				t.Errorf("job %d ran %d times", n, got)
			}
		}
		if n := count(t, db, "done"); n != total {
			t.Errorf("%d done rows, want %d", n, total)
		}
	})
}
