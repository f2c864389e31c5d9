// SPDX-License-Identifier: Apache-2.0

package jobs

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

// TestAtOnce: the runner begins with the job without its row, which reminds of it later,
// whatever has become of the job: it may have failed, or the process died.
func TestAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		r := newRunner(t, db, clk)
		r.d.Poll = time.Hour // nobody looks by himself
		ready, ran, goOn := make(chan struct{}), make(chan int), make(chan struct{})
		Handle(r, "ready", func(context.Context, ticket) error { close(ready); return nil })
		Handle(r, "turn", func(ctx context.Context, a ticket) error {
			ran <- a.N
			<-goOn
			switch a.N {
			case 2:
				return errors.New("no")
			case 3:
				panic("no")
			}
			return ctx.Err()
		})
		enqueue(t, r, "turn", ticket{0}, AtOnce(time.Minute)) // nobody is at work: due now
		if n, err := store.One[int64](t.Context(), db, `SELECT count(*) FROM jobs_job WHERE due_us <= $1`, store.At(clk.Now())); err != nil || n != 1 {
			t.Fatalf("%d due, %v", n, err)
		}

		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		done := make(chan error, 1)
		go func() { done <- r.Run(ctx) }()
		if n := <-ran; n != 0 {
			t.Fatalf("%d ran", n)
		}
		goOn <- struct{}{}
		enqueue(t, r, "ready", ticket{})
		<-ready
		for n := 1; n <= 3; n++ {
			enqueue(t, r, "turn", ticket{n}, AtOnce(time.Minute))
			if got := <-ran; got != n {
				t.Fatalf("%d ran, want %d", got, n)
			}
			if err := r.renew(ctx); err != nil { // that nobody holds the row ends nothing
				t.Fatal(err)
			}
			goOn <- struct{}{}
		}
		stop()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if n, err := store.One[int64](t.Context(), db, `SELECT count(*) FROM jobs_job WHERE state = 'open' AND attempt = 0`); err != nil || n != 3 {
			t.Errorf("%d rows remind, %v; want 3", n, err)
		}
		enqueue(t, r, "turn", ticket{4}, AtOnce(time.Minute)) // it works no more: due now
		got := make(chan int, 4)
		go func() {
			for range cap(got) {
				got <- <-ran
				goOn <- struct{}{}
			}
		}()
		drain(t, r, 1)
		clk.Advance(time.Minute)
		drain(t, r, 3)
		if first := <-got; first != 4 {
			t.Errorf("%d ran first", first)
		}
	})
}
