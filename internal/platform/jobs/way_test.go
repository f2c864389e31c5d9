// SPDX-License-Identifier: Apache-2.0

package jobs

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// begun starts to give way; it tells whether, and after how long, it went on.
func begun(w *way) (went func() bool, took *time.Duration, done func()) { return begunAs(w, false) }

// begunAs is begun for one of a few, or not.
func begunAs(w *way, few bool) (went func() bool, took *time.Duration, done func()) {
	took = new(time.Duration)
	back := make(chan func(), 1)
	start := time.Now()
	go func() {
		b := w.give(few)
		*took = time.Since(start)
		back <- b
	}()
	return func() bool { synctest.Wait(); return len(back) == 1 }, took, func() { (<-back)() }
}

// TestFewHands: of many jobs that only compute few are at work at once; those that
// wait for somebody outside keep nobody from beginning.
func TestFewHands(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWay(2)
		first, second := w.give(false), w.give(false)
		went, took, third := begun(w)
		if went() {
			t.Fatal("a third of two hands")
		}
		third() // after its patience, without one
		if *took != patience || len(w.hands) != 2 {
			t.Errorf("after %v, %d hands are taken", *took, len(w.hands))
		}
		first()
		fourth := w.give(false)
		second()
		fourth()
		if len(w.hands) != 0 {
			t.Errorf("%d hands were not given back", len(w.hands))
		}
	})
}

// TestOneHand: of a few jobs one is at work at a time, beside those of a crowd, with a
// pause after each; one that takes long keeps the others for a while only.
func TestOneHand(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWay(2)
		first := w.give(true)
		went, took, second := begunAs(w, true)
		const worked = 3 * time.Millisecond
		time.Sleep(worked)
		w.give(false)()
		if went() {
			t.Fatal("two of a few")
		}
		first()
		second()
		if *took != worked+fewPause*worked {
			t.Errorf("the second went after %v", *took)
		}
		second = w.give(true) // waits for somebody outside
		_, took, third := begunAs(w, true)
		third()
		if *took != patience {
			t.Errorf("the third went after %v", *took)
		}
		second()
		time.Sleep(patience)
		synctest.Wait()
		if len(w.one)+len(w.hands) != 0 {
			t.Error("a hand was not given back")
		}
	})
}

// TestGivesWayInTheQueue: who waited for a hand while something urgent began waits for
// that, too.
func TestGivesWayInTheQueue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWay(1)
		first := w.give(false)
		went, _, second := begun(w)
		urgent := w.hurry()
		first()
		if went() {
			t.Error("it began beside an urgent one")
		}
		urgent()
		second()
		synctest.Wait()
	})
}

// TestTake: a runner waits until it can claim several, but not for long.
func TestTake(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slots := make(chan struct{}, 6)
		if n := take(t.Context(), slots, 3, 6); n != 6 {
			t.Fatalf("%d of 6 free ones", n)
		}
		took := make(chan int, 1)
		go func() { took <- take(t.Context(), slots, 3, 6) }()
		free := func(n int) {
			for range n {
				<-slots
			}
			synctest.Wait()
		}
		if free(2); len(took) != 0 {
			t.Fatal("it went on with two")
		}
		if free(1); len(took) != 1 || <-took != 3 {
			t.Fatal("it does not go on with three")
		}
		go func() { took <- take(t.Context(), slots, 3, 6) }()
		start := time.Now()
		free(2)
		if n := <-took; n != 2 || time.Since(start) != patience {
			t.Errorf("%d after %v", n, time.Since(start))
		}
		ctx, end := context.WithCancel(t.Context())
		end()
		if n := take(ctx, slots, 3, 6); n != 0 {
			t.Errorf("%d at the end", n)
		}
	})
}

// TestOthersGiveWay: a job that nobody waits for does not begin beside an urgent one
// that has just begun; one that has been at work for long keeps nobody.
func TestOthersGiveWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWay(2)
		one, two := w.hurry(), w.hurry()
		went, took, done := begun(w)
		one()
		if went() {
			t.Fatal("a job began beside an urgent one")
		}
		two()
		if !went() || *took != 0 {
			t.Fatalf("it waits on after %v although nothing urgent is at work", *took)
		}
		done()

		long := w.hurry() // a batch of a hundred thousand is urgent, too
		went, took, done = begun(w)
		if went() {
			t.Fatal("a job began beside an urgent one that had just begun")
		}
		time.Sleep(patience)
		if !went() || *took != patience {
			t.Fatalf("it waited %v", *took)
		}
		done()
		went, took, done = begun(w)
		if !went() || *took != 0 {
			t.Errorf("it waited %v for a job that had been at work for long", *took)
		}
		done()
		short := w.hurry()
		if went, _, done = begun(w); went() {
			t.Error("a job began beside an urgent one, because another has been at work for long")
		}
		short()
		done()
		long()

		last := w.hurry()
		for range 20 { // the next begins before the last ends, for a tenth of a second
			time.Sleep(patience / 10)
			next := w.hurry()
			last()
			last = next
		}
		if went, took, done = begun(w); !went() || *took != 0 {
			t.Errorf("it waited %v although urgent jobs have followed one another for long", *took)
		}
		done()
		last()
		synctest.Wait()
		if w.urgent != 0 || len(w.hands) != 0 {
			t.Errorf("%d urgent, %d hands are left", w.urgent, len(w.hands))
		}
	})
}
