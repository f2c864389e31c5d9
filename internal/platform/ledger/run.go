// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"context"
	"errors"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// leaseFor is how long a process that died keeps the others waiting. It is
// renewed when a third has passed.
const leaseFor = 15 * time.Second

// lease is one process's claim to sequence.
type lease struct {
	holder  string
	held    bool
	renewAt time.Time
}

// Run sequences each interval until ctx ends. Of all processes that run it,
// one holds the lease and works; the others stand by and take over when the
// lease lapses. A lost race or a damaged log stops this process's work: it says
// so in the log, gives up its name, and takes part again like a newcomer once
// the lease it held has lapsed.
func (l *Ledger) Run(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "ledger.Run")
	t := time.NewTicker(l.interval)
	defer t.Stop()
	le := &lease{holder: id.New()}
	defer l.stamping.wg.Wait()
	defer l.watching.wg.Wait()
	for {
		select {
		case <-ctx.Done():
			return l.release(context.WithoutCancel(ctx), le)
		case <-t.C:
			l.tick(ctx, le)
		}
	}
}

// tick does what is to be done once in an interval.
func (l *Ledger) tick(ctx context.Context, le *lease) {
	if s, err := l.newest(ctx); err == nil && s.signer == nil {
		if err := l.release(ctx, le); err != nil && ctx.Err() == nil { // a process that has the key works
			l.log.WarnContext(ctx, "ledger: could not give the lease back", "err", err)
		}
		return
	}
	err := l.claim(ctx, le)
	if err == nil && le.held {
		_, err = l.Sequence(ctx)
		l.corrupt.Store(errors.Is(err, ErrCorrupt))
		if err == nil {
			l.cosignDue(ctx)
			l.stampDue(ctx)
		}
	}
	switch {
	case err == nil, ctx.Err() != nil:
	case errors.Is(err, ErrLostRace), errs.Is(err, errs.Internal):
		l.log.ErrorContext(ctx, "ledger: this process stops sequencing", "origin", l.origin, "err", err)
		*le = lease{holder: id.New()}
	default:
		l.log.WarnContext(ctx, "ledger: could not sequence, trying again", "origin", l.origin, "err", err)
	}
}

// claim takes or renews the lease if it is time.
func (l *Ledger) claim(ctx context.Context, le *lease) error {
	now := l.clock.Now()
	if le.held && now.Before(le.renewAt) {
		return nil
	}
	var got int64
	err := l.db.Write(ctx, func(tx *store.Tx) (err error) {
		now := tx.Now()
		got, err = tx.ExecN(ctx, sqlLease, l.origin, le.holder, store.At(now.Add(leaseFor)), store.At(now))
		return err
	})
	if err == nil && got == 1 && !le.held {
		l.log.InfoContext(ctx, "ledger: this process sequences", "origin", l.origin)
	}
	le.held = err == nil && got == 1
	le.renewAt = now.Add(leaseFor / 3)
	return err
}

// release lets another process begin at once.
func (l *Ledger) release(ctx context.Context, le *lease) error {
	if !le.held {
		return nil
	}
	le.held = false
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	return l.db.Write(ctx, func(tx *store.Tx) error { return tx.Exec(ctx, sqlLeaseEnd, l.origin, le.holder) })
}
