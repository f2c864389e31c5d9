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

// way is where jobs that nobody waits for stand back: as long as an urgent one has
// just begun, and until one of the hands is free.
type way struct {
	hands chan struct{}

	mu     sync.Mutex
	urgent int
	free   chan struct{} // closed when urgent is nought again
}

func newWay(hands int) *way { return &way{hands: make(chan struct{}, hands)} }

// hurry is called by an urgent job as it begins; done when it ends.
func (w *way) hurry() (done func()) {
	w.mu.Lock()
	if w.urgent++; w.urgent == 1 {
		w.free = make(chan struct{})
	}
	w.mu.Unlock()
	leave := sync.OnceFunc(func() {
		w.mu.Lock()
		if w.urgent--; w.urgent == 0 {
			close(w.free)
		}
		w.mu.Unlock()
	})
	t := time.AfterFunc(patience, leave)
	return func() { t.Stop(); leave() }
}

// give waits until no urgent job has just begun and a hand is free, for no longer
// than patience. Done gives the hand back.
func (w *way) give() (done func()) {
	t := time.NewTimer(patience)
	defer t.Stop()
	w.mu.Lock()
	for w.urgent > 0 {
		free := w.free
		w.mu.Unlock()
		select {
		case <-free:
		case <-t.C:
			return func() {}
		}
		w.mu.Lock()
	}
	w.mu.Unlock()
	select {
	case w.hands <- struct{}{}:
		return func() { <-w.hands }
	case <-t.C:
		return func() {}
	}
}
