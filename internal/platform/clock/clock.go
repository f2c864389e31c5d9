// SPDX-License-Identifier: Apache-2.0

// Package clock is where time comes from: the system's, a test's, or a demo
// country's clock that can be moved forward. Only the composition root reads
// the system clock.
package clock

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// Clock tells the time, in UTC, to the microsecond (what the store keeps).
type Clock interface {
	Now() time.Time
}

// Tehran is Iran's legal time, UTC+3:30. Summer time was abolished from
// 1401-07 (2022-09); days before that are computed on the same offset, which
// can only move an instant within the hour around midnight.
var Tehran = time.FixedZone("Asia/Tehran", 3*3600+1800)

// System is the machine's clock.
type System struct{}

// Now implements Clock.
func (System) Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// Fake is a clock for tests: it stands still until it is moved.
type Fake struct {
	mu  sync.Mutex
	now time.Time
}

// NewFake starts a fake clock at now.
func NewFake(now time.Time) *Fake { return &Fake{now: now.UTC().Truncate(time.Microsecond)} }

// Now implements Clock.
func (f *Fake) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// Advance moves the clock by d.
func (f *Fake) Advance(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
}

// Shifted is a base clock plus an offset that can be changed while it runs:
// the demo country's clock.
type Shifted struct {
	Base   Clock
	offset atomic.Int64
}

// Now implements Clock.
func (s *Shifted) Now() time.Time { return s.Base.Now().Add(time.Duration(s.offset.Load())) }

// Offset is how far the clock is ahead of its base.
func (s *Shifted) Offset() time.Duration { return time.Duration(s.offset.Load()) }

// SetOffset sets how far the clock is ahead of its base.
func (s *Shifted) SetOffset(d time.Duration) { s.offset.Store(int64(d)) }

// Pause waits for d of real time, or until ctx ends: for work that is to be in nobody's
// way.
func Pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
