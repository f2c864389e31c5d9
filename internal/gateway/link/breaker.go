// SPDX-License-Identifier: Apache-2.0

package link

import (
	"sync"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"

	"github.com/tarazu/tarazu/internal/platform/clock"
)

// The breaker's measures. They are technical, not legal: a system that fails
// half of its last ten calls is left alone for ten seconds, then two calls may
// try it, and both must succeed.
const (
	failuresToOpen   = 5
	failuresOutOf    = 10
	successesToClose = 2
	openFor          = 10 * time.Second
)

// never is the library's own waiting time in the open state. The library reads
// the machine's clock and has no way to be given another, so its own timer is
// switched off and breaker half-opens by our clock.
const never = 100 * 365 * 24 * time.Hour

// breaker is failsafe-go's circuit breaker on our clock. Results of calls that
// began before the last change of state are ignored: a slow old failure says
// nothing about the system now.
type breaker struct {
	clock    clock.Clock
	onChange func(from, to circuitbreaker.State)

	mu         sync.Mutex
	cb         circuitbreaker.CircuitBreaker[any] // guarded by mu, with the fields below
	openedAt   time.Time
	generation uint64
}

func newBreaker(c clock.Clock, onChange func(from, to circuitbreaker.State)) *breaker {
	b := &breaker{clock: c, onChange: onChange}
	b.cb = circuitbreaker.NewBuilder[any]().
		WithFailureThresholdRatio(failuresToOpen, failuresOutOf).
		WithSuccessThreshold(successesToClose).
		WithDelay(never).
		OnStateChanged(func(e circuitbreaker.StateChangedEvent) {
			// Called in the goroutine that holds b.mu.
			b.generation++
			if e.NewState == circuitbreaker.OpenState {
				b.openedAt = b.clock.Now()
			}
			b.onChange(e.OldState, e.NewState)
		}).
		Build()
	return b
}

// permit asks whether a call may be made; generation goes back into record.
func (b *breaker) permit() (generation uint64, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.cb.IsOpen() && b.clock.Now().Sub(b.openedAt) >= openFor {
		b.cb.HalfOpen()
	}
	ok = b.cb.TryAcquirePermit()
	return b.generation, ok
}

// outcome of a call, as the breaker sees it.
type outcome uint8

const (
	answered  outcome = iota
	failed            // theirs
	abandoned         // the caller went away before the answer
)

// record tells the breaker how a permitted call ended. An abandoned call says
// nothing about the system while it is trusted (people close pages), but a
// trial call that was abandoned has not shown that the system is back.
func (b *breaker) record(generation uint64, o outcome) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if generation != b.generation {
		return
	}
	switch {
	case o == answered:
		b.cb.RecordSuccess()
	case o == failed, b.cb.IsHalfOpen():
		b.cb.RecordFailure()
	}
}

// state changes nothing: a breaker that has been open long enough counts as
// half-open already, for the next call will find it so.
func (b *breaker) state() (s circuitbreaker.State, openedAt time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.cb.IsOpen() && b.clock.Now().Sub(b.openedAt) >= openFor {
		return circuitbreaker.HalfOpenState, b.openedAt
	}
	return b.cb.State(), b.openedAt
}
