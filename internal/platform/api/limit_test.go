// SPDX-License-Identifier: Apache-2.0

package api

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

// through is how many of n calls a process lets through.
func through(t *testing.T, l *limiter, key string, limit Limit, n int) (allowed int) {
	t.Helper()
	for range n {
		wait, err := l.take(t.Context(), key, limit)
		if err != nil {
			t.Fatal(err)
		}
		if wait == 0 {
			allowed++
		}
	}
	return allowed
}

// TestLimitAcrossProcesses: what one process has let through counts in another,
// but for less than a block; what is refused does not count.
func TestLimitAcrossProcesses(t *testing.T) {
	t.Parallel()
	storetest.Each(t, []store.Migrations{Migrations}, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		secret := make([]byte, 32)
		a, b := newLimiter(db, clk, secret), newLimiter(db, clk, secret)
		wide := Limit{N: 100, Per: 100 * time.Second} // a block is 10 calls
		if n := through(t, a, "token x", wide, 150); n != 100 {
			t.Errorf("one process alone lets %d through, want 100", n)
		}
		if n := through(t, b, "token x", wide, 150); n != 9 {
			t.Errorf("another one lets %d more through, want a block less one", n)
		}
		if n := through(t, b, "token y", wide, 50); n != 50 {
			t.Errorf("of another token %d go through", n)
		}
		clk.Advance(30 * time.Second)
		if n := through(t, a, "token x", wide, 50) + through(t, b, "token x", wide, 50); n < 30 || n > 30+2*9 {
			t.Errorf("30 seconds later %d go through", n)
		}

		exact := Limit{N: 5, Per: time.Minute}
		n := 0
		for range 10 {
			n += through(t, a, "address z", exact, 1) + through(t, b, "address z", exact, 1)
		}
		if n != 5 {
			t.Errorf("of a small limit %d go through, want 5", n)
		}
		clk.Advance(12 * time.Second)
		if n := through(t, b, "address z", exact, 3) + through(t, a, "address z", exact, 3); n != 1 {
			t.Errorf("after what was refused %d go through, want 1", n)
		}

		if err := sweep(t.Context(), db, clk.Now()); err != nil {
			t.Fatal(err)
		}
		rows := func() int {
			n, err := store.One[int](t.Context(), db, `SELECT count(*) FROM api_limit`)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if rows() != 3 {
			t.Errorf("%d keys are left of 3 that count", rows())
		}
		clk.Advance(time.Hour)
		if err := sweep(t.Context(), db, clk.Now()); err != nil || rows() != 0 {
			t.Errorf("%d keys are left an hour later, %v", rows(), err)
		}
	})
}

// TestLimitIsCheap: the calls before a block is full do not touch the database,
// nor do those that are refused; without a database the process goes on counting
// by itself.
func TestLimitIsCheap(t *testing.T) {
	t.Parallel()
	storetest.Each(t, []store.Migrations{Migrations}, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		l := newLimiter(db, clk, make([]byte, 32))
		limit := Limit{N: 100, Per: 100 * time.Second}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		for range 30 { // nine calls in each two minutes
			if n := through(t, l, "slow", limit, 9); n != 9 {
				t.Fatalf("%d of a slow caller's go through", n)
			}
			clk.Advance(2 * time.Minute)
		}
		allowed, failed := 0, 0
		for range 150 {
			wait, err := l.take(t.Context(), "fast", limit)
			if wait == 0 {
				allowed++
			}
			if err != nil {
				failed++
			}
		}
		if allowed != 100 || failed != 91 { // from the tenth to the hundredth
			t.Errorf("without a database %d go through, with %d tries to write", allowed, failed)
		}
	})
}

// TestLimitAtOnce: calls of many at the same moment.
func TestLimitAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, []store.Migrations{Migrations}, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		limit, allowed := Limit{N: 10, Per: time.Hour}, atomic.Int64{}
		var all sync.WaitGroup
		for range 4 { // processes
			l := newLimiter(db, clk, make([]byte, 32))
			for range 4 {
				all.Go(func() {
					for range 3 {
						if wait, err := l.take(t.Context(), "token", limit); err != nil {
							t.Error(err)
						} else if wait == 0 {
							allowed.Add(1)
						}
					}
				})
			}
		}
		all.Wait()
		if n := allowed.Load(); n != 10 {
			t.Errorf("%d go through, want 10", n)
		}
	})
}
