// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"sync"
	"time"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Limit lets N calls happen at once, and then N more for each Per.
type Limit struct {
	N   int
	Per time.Duration
}

func (l Limit) every() time.Duration { return max(l.Per/time.Duration(l.N), time.Microsecond) }

// block is how many calls a process counts by itself before it writes them
// down: a tenth of N.
func (l Limit) block() int { return max(l.N/10, 1) }

// over is how long to wait before one more call, if the calls up to now are
// paid for until till.
func (l Limit) over(till, now time.Time) time.Duration {
	return till.Sub(now) - time.Duration(l.N-1)*l.every()
}

// limiter counts calls, in all processes on one database: it keeps one caller
// from taking all of the servers, and is no guard against guessing (identity has
// those). It is the generic cell rate algorithm: each key has a time until which
// its calls are paid for.
//
// A call must not cost a write. So a process counts by itself and writes down a
// whole block, and at the same time learns what the others have written. What
// that costs: each process may let through up to a block less one more than N
// before it knows of the others; with N below 20 a block is one call, and the
// count exact. Nobody is refused what is his. A key that does not fill a block
// within Per is never written: that is less than a tenth of what it may.
type limiter struct {
	db     *store.DB
	clock  clock.Clock
	secret []byte

	mu   sync.Mutex
	keys map[string]usage
}

// usage is what a process knows of a key.
type usage struct {
	till  time.Time // until when its calls are paid for
	n     int       // of them not written yet
	since time.Time // the first of these
}

// mostKeys bounds the memory; when there are more, those that are free again
// go.
const mostKeys = 100_000

func newLimiter(db *store.DB, c clock.Clock, secret []byte) *limiter {
	return &limiter{db: db, clock: c, secret: secret, keys: map[string]usage{}}
}

// take counts one call; wait is how long to wait if it is one too many. With an
// error it was counted in this process only.
func (l *limiter) take(ctx context.Context, key string, limit Limit) (wait time.Duration, err error) {
	if limit.N <= 0 || limit.Per <= 0 {
		return 0, nil
	}
	now := l.clock.Now()
	wait, due := l.count(key, limit, now)
	if wait > 0 || due < 0 {
		return wait, nil
	}
	till, allowed, err := l.write(ctx, key, limit, due)
	l.mu.Lock()
	defer l.mu.Unlock()
	u := l.keys[key]
	switch {
	case err != nil:
		u.n, u.till = u.n+due+1, later(u.till, now).Add(limit.every())
	default: // calls since then are not in it
		u.till = later(u.till, till.Add(time.Duration(u.n)*limit.every()))
	}
	l.keys[key] = u
	if err == nil && !allowed {
		wait = max(limit.over(till, now), time.Second)
	}
	return wait, err
}

// count counts a call in memory. due is how many calls before this one have to
// be written together with it; -1: none, it is counted.
func (l *limiter) count(key string, limit Limit, now time.Time) (wait time.Duration, due int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.keys) > mostKeys {
		for k, u := range l.keys {
			if !u.till.After(now) {
				delete(l.keys, k)
			}
		}
	}
	u := l.keys[key]
	u.till = later(u.till, now)
	if wait := limit.over(u.till, now); wait > 0 {
		return wait, -1
	}
	if u.n == 0 || now.Sub(u.since) >= limit.Per {
		u.n, u.since = 0, now
	}
	if u.n+1 >= limit.block() {
		due, u.n = u.n, 0
		l.keys[key] = u
		return 0, due
	}
	u.n, u.till = u.n+1, u.till.Add(limit.every())
	l.keys[key] = u
	return 0, -1
}

// The calls of a block have happened and count, whatever the limit; the one that
// fills it may still be refused.
const (
	sqlUsed = `INSERT INTO api_limit (key, till_us) VALUES ($1, $2)
		ON CONFLICT (key) DO UPDATE SET till_us = CASE
			WHEN api_limit.till_us > CAST($3 AS BIGINT) THEN api_limit.till_us + CAST($4 AS BIGINT)
			ELSE CAST($2 AS BIGINT) END
		RETURNING till_us`
	sqlOneMore   = `UPDATE api_limit SET till_us = till_us + CAST($2 AS BIGINT) WHERE key = $1`
	sqlOldLimits = `DELETE FROM api_limit WHERE till_us < $1
		AND key IN (SELECT o.key FROM api_limit o WHERE o.till_us < $1 ORDER BY o.till_us LIMIT $2)`
)

// write adds a block to what all processes have counted, and then one more call
// if that is still allowed.
func (l *limiter) write(ctx context.Context, key string, limit Limit, block int) (till time.Time, allowed bool, err error) {
	defer errs.Wrap(&err, "api.countCalls")
	h := hmac.New(sha256.New, l.secret)
	h.Write([]byte("tarazu limit " + key)) // an address is nobody else's business
	name := hex.EncodeToString(h.Sum(nil)[:16])
	every := limit.every()
	used := time.Duration(block) * every
	err = l.db.Write(ctx, func(tx *store.Tx) error {
		now := tx.Now()
		at, err := store.One[store.Time](ctx, tx, sqlUsed, name, store.Micros(now.Add(used)), store.Micros(now), used.Microseconds())
		if err != nil {
			return err
		}
		till, allowed = at.Time, limit.over(at.Time, now) <= 0
		if !allowed {
			return nil
		}
		till = till.Add(every)
		return tx.ExecOne(ctx, sqlOneMore, name, every.Microseconds())
	})
	return till, allowed, err
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
