// SPDX-License-Identifier: Apache-2.0

package jobs

import (
	"testing"
	"testing/synctest"
	"time"
)

// begun starts to give way; it tells whether, and after how long, it went on.
func begun(w *way) (went func() bool, took *time.Duration, done func()) {
	took = new(time.Duration)
	back := make(chan func(), 1)
	start := time.Now()
	go func() {
		b := w.give()
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
		first, second := w.give(), w.give()
		went, took, third := begun(w)
		if went() {
			t.Fatal("a third of two hands")
		}
		third() // after its patience, without one
		if *took != patience || len(w.hands) != 2 {
			t.Errorf("after %v, %d hands are taken", *took, len(w.hands))
		}
		first()
		fourth := w.give()
		second()
		fourth()
		if len(w.hands) != 0 {
			t.Errorf("%d hands were not given back", len(w.hands))
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
