// SPDX-License-Identifier: Apache-2.0

package api

import (
	"sync"
	"time"

	"github.com/tarazu/tarazu/internal/platform/clock"
)

// Limit lets N calls happen at once, and then N more for each Per.
type Limit struct {
	N   int
	Per time.Duration
}

// limiter counts calls in this process: it keeps one caller from taking all of
// a server, and is no guard against guessing (identity has those, in a table).
// It is the generic cell rate algorithm: each key has a time until which its
// calls are paid for.
type limiter struct {
	clock clock.Clock

	mu   sync.Mutex
	till map[string]time.Time
}

// mostKeys bounds the memory; when there are more, those that are free again
// go.
const mostKeys = 100_000

func newLimiter(c clock.Clock) *limiter { return &limiter{clock: c, till: map[string]time.Time{}} }

// take counts one call; wait is how long to wait if it is one too many.
func (l *limiter) take(key string, limit Limit) (wait time.Duration) {
	if limit.N <= 0 || limit.Per <= 0 {
		return 0
	}
	every := limit.Per / time.Duration(limit.N)
	now := l.clock.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.till) > mostKeys {
		for k, t := range l.till {
			if !t.After(now) {
				delete(l.till, k)
			}
		}
	}
	till := l.till[key]
	if till.Before(now) {
		till = now
	}
	if ahead := till.Sub(now) - time.Duration(limit.N-1)*every; ahead > 0 {
		return ahead
	}
	l.till[key] = till.Add(every)
	return 0
}
