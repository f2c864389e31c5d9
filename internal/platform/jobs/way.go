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
// just begun, and until one of the hands is free. Where one urgent job follows upon
// the other without a pause, the rest goes on beside them.
type way struct {
	hands chan struct{}

	mu     sync.Mutex
	urgent int           // have just begun
	free   chan struct{} // closed when others may begin, though some are urgent
	tired  *time.Timer   // closes it
}

func newWay(hands int) *way {
	w := &way{hands: make(chan struct{}, hands), free: make(chan struct{})}
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

// give waits until no urgent job has just begun, and then for a hand; each for no
// longer than patience. Done gives the hand back.
func (w *way) give() (done func()) {
	w.mu.Lock()
	free := w.free
	w.mu.Unlock()
	<-free
	t := time.NewTimer(patience)
	defer t.Stop()
	select {
	case w.hands <- struct{}{}:
		return func() { <-w.hands }
	case <-t.C:
		return func() {}
	}
}
