// SPDX-License-Identifier: Apache-2.0

package jobs

import (
	"sync"
	"time"
)

// patience is how long a job gives way to urgent ones, and how long it waits for a
// hand. Who is at work for longer waits for somebody outside, or does much at once:
// nobody stands back for that.
const patience = 50 * time.Millisecond

// crowd is how many jobs that nobody waits for one hand does one after the other; for
// more there are all hands. So what follows upon one act takes no processor from the
// next act.
const crowd = 64

const (
	// fewWait is how long each of a few waits for that hand.
	fewWait = 10 * patience
	// fewPause is how many times as long as it worked that hand rests: a little for long
	// is in nobody's way, much at once is. Who works for longer than patience keeps it
	// no longer.
	fewPause = 2
)

// way is where jobs that nobody waits for stand back: as long as an urgent one has
// just begun, and until one of the hands is free. Where one urgent job follows upon
// the other without a pause, the rest goes on beside them.
type way struct {
	hands chan struct{}
	one   chan struct{} // the hand that is enough for a few

	mu     sync.Mutex
	urgent int           // have just begun
	free   chan struct{} // closed when others may begin, though some are urgent
	tired  *time.Timer   // closes it
}

func newWay(hands int) *way {
	w := &way{hands: make(chan struct{}, hands), one: make(chan struct{}, 1), free: make(chan struct{})}
	close(w.free)
	return w
}

// hurry is called by an urgent job as it begins; done when it ends.
func (w *way) hurry() (done func()) {
	w.mu.Lock()
	if w.urgent++; w.urgent == 1 {
		free := make(chan struct{})
		w.free = free
		w.tired = time.AfterFunc(patience, func() { close(free) })
	}
	w.mu.Unlock()
	leave := sync.OnceFunc(func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.urgent--; w.urgent == 0 && w.tired.Stop() {
			close(w.free)
		}
	})
	t := time.AfterFunc(patience, leave)
	return func() { t.Stop(); leave() }
}

// give waits for one of the hands, or for the one that is enough for a few, and then
// until no urgent job has just begun; neither for long. Done gives the hand back.
func (w *way) give(few bool) (done func()) {
	hands, wait := w.hands, patience
	if few {
		hands, wait = w.one, fewWait
	}
	back := func() {} // once or often
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case hands <- struct{}{}:
		back = sync.OnceFunc(func() { <-hands })
	case <-t.C:
	}
	w.mu.Lock()
	free := w.free
	w.mu.Unlock()
	<-free
	if !few {
		return back
	}
	begun, slow := time.Now(), time.AfterFunc(patience, back)
	return func() {
		if slow.Stop() {
			time.AfterFunc(min(fewPause*time.Since(begun), patience), back)
		}
	}
}
