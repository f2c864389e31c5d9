// SPDX-License-Identifier: Apache-2.0

// Package aside runs long computations so that nobody who waits for a page
// notices: on a thread of their own to which the system gives less of a
// processor that others want.
//
// Go's scheduler knows no priorities. A computation of some thirty milliseconds,
// such as a password's, holds its place until it is made to pause after ten, and
// whoever serves a page gives up his place several times. Two such computations
// on two processors made readers wait seconds (docs/bench.md). Aside, the system's
// scheduler decides, which has priorities; MakeRoom gives the threads places of
// their own beside those of the others.
package aside

import (
	"runtime"
	"sync"
)

// niceness is how far such a thread steps back: at 10, one that serves a page
// gets about nine times as much (Linux, sched_prio_to_weight: 1024 and 110).
const niceness = 10

// thread is one that has stepped back.
type thread struct {
	work chan func()
	done chan struct{}
}

// idle are the threads that nobody uses.
var idle struct {
	sync.Mutex
	threads []*thread
}

// Run returns when fn is done. There are as many threads aside as were ever
// wanted at once, which its callers bound.
func Run(fn func()) {
	t := take()
	t.work <- fn
	<-t.done
	idle.Lock()
	idle.threads = append(idle.threads, t)
	idle.Unlock()
}

// take is the thread that was used last, or a new one.
func take() *thread {
	idle.Lock()
	defer idle.Unlock()
	if last := len(idle.threads) - 1; last >= 0 {
		t := idle.threads[last]
		idle.threads = idle.threads[:last]
		return t
	}
	t := &thread{work: make(chan func()), done: make(chan struct{})}
	go t.stay()
	return t
}

// stay takes a thread aside for good. A thread may step back, but needs a right to
// come forward again; and if it ended, Go would let it start its successor, which
// would begin where it stood: the threads of pages would step back one by one.
func (t *thread) stay() {
	runtime.LockOSThread()
	stepBack()
	for fn := range t.work {
		fn()
		t.done <- struct{}{}
	}
}

// placesEach is how many places a computation aside brings to Go's scheduler: one
// it takes itself, the others leave those who serve pages as many as before while
// the collector works, which takes a quarter of all places and, where it finds one
// free, that too. Whoever waits for a place waits until another pauses; for a
// processor the system lets him through. With one place each a page in a hundred
// waited 34 to 59 ms on two processors, with two 19 to 30, with three 16 (three runs
// of each; docs/bench.md).
const placesEach = 3

// MakeRoom lets n computations run without taking a place in Go's scheduler from
// anybody else. To be called once, at the start of a program that serves.
func MakeRoom(n int) { runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + placesEach*n) }
