// SPDX-License-Identifier: Apache-2.0

package jobs

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

// TestOutcomesGather: those of a moment are written together, at the end all that are
// left, and never more than fit.
func TestOutcomesGather(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := New(Deps{})
		ended := make(chan struct{})
		gathered := make(chan int, 1)
		gather := func() { go func() { gathered <- len(r.gather(outcome{}, ended)) }() }
		gather()
		for range 2 {
			time.Sleep(together / 3)
			r.outcomes <- outcome{}
		}
		start := time.Now()
		if n := <-gathered; n != 3 || time.Since(start) != together-2*(together/3) {
			t.Errorf("%d together after %v", n, time.Since(start))
		}
		for range outcomesMost {
			r.outcomes <- outcome{}
		}
		start = time.Now()
		gather()
		if n := <-gathered; n != outcomesMost || time.Since(start) != 0 {
			t.Errorf("%d together after %v", n, time.Since(start))
		}
		close(ended)
		gather()
		if n := <-gathered; n != 2 || time.Since(start) != 0 {
			t.Errorf("%d at the end after %v", n, time.Since(start))
		}
	})
}

// worked are the outcomes of n jobs, all that are due; none is written.
func worked(t *testing.T, r *Runner, n int) (list []outcome) {
	t.Helper()
	batch, _, err := r.claimDue(t.Context(), false, n+1)
	if err != nil || len(batch) != n {
		t.Fatalf("claim = %v, %v", batch, err)
	}
	for _, c := range batch {
		o, held := r.work(t.Context(), c)
		if !held {
			t.Fatal("not held")
		}
		list = append(list, o)
	}
	return list
}

// TestOutcomeThatCannotBeWritten stands in nobody's way.
func TestOutcomeThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		r := newRunner(t, db, clk)
		Handle(r, "a", func(context.Context, ticket) error { return nil })
		for i := range 3 {
			enqueue(t, r, "a", ticket{i})
		}
		list := worked(t, r, 3)
		list[1].query = "no statement"
		r.write(t.Context(), list)
		if done, open := count(t, db, "done"), count(t, db, "open"); done != 2 || open != 1 {
			t.Errorf("%d done and %d open, want 2 and 1", done, open)
		}
	})
}

// TestOutcomesOfManyKinds: those that are done are written in one statement for each
// attempt, and every job gets its own outcome.
func TestOutcomesOfManyKinds(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		r := newRunner(t, db, clk)
		Handle(r, "a", func(_ context.Context, n ticket) error {
			if n.N < 2 {
				return errors.New("not yet")
			}
			return nil
		})
		for i := range 6 {
			enqueue(t, r, "a", ticket{i})
		}
		first := worked(t, r, 6)
		if n := len(joined(first)); n != 3 {
			t.Errorf("%d statements for two failures and four that are done", n)
		}
		done := slices.IndexFunc(first, func(o outcome) bool { return o.query == sqlDone })
		first[done].attempt++ // as if this attempt had lost its lease
		r.write(t.Context(), first)
		if done, open := count(t, db, "done"), count(t, db, "open"); done != 3 || open != 3 {
			t.Errorf("%d done and %d open, want 3 and 3", done, open)
		}
		if jobs, err := store.All[string](t.Context(), db, `SELECT error FROM jobs_job WHERE state = 'open' AND lease_by = '' ORDER BY id`); err != nil || len(jobs) != 2 || jobs[0] != "not yet" {
			t.Errorf("what failed: %v, %v", jobs, err)
		}
	})
}
