// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Stamp is a time stamp (RFC 3161) over the bytes of a signed checkpoint: what
// an independent authority says about when the log had this size. Whatever the
// log held then is at least as old.
type Stamp struct {
	Size      int64     // of the checkpoint
	Token     []byte    // TimeStampToken (DER)
	Root      []byte    // root certificate (DER) that it was accepted under
	Authority string    // who stamped
	Time      time.Time // by the authority's clock
}

// Stamper is a time-stamping authority.
type Stamper interface {
	// Stamp returns a token over a SHA-256 that CheckStamp accepts.
	Stamp(ctx context.Context, digest [32]byte) (Stamp, error)
}

// CheckStamp holds a kept token to its digest and its root without asking
// anybody, and returns what the token itself says.
type CheckStamp func(s Stamp, digest [32]byte) (Stamp, error)

// stampRow is a row of ledger_stamp.
type stampRow struct {
	Origin    string     `db:"origin"`
	Size      int64      `db:"size"`
	Token     []byte     `db:"token"`
	Root      []byte     `db:"root"`
	Authority string     `db:"authority"`
	At        store.Time `db:"at_us"`
}

func (r stampRow) stamp() Stamp {
	return Stamp{Size: r.Size, Token: r.Token, Root: r.Root, Authority: r.Authority, Time: r.At.Time}
}

// stampAgain is how soon a stamp that could not be had is asked for again.
const stampAgain = time.Minute

// stamping is the state of asking for stamps in one process.
type stamping struct {
	mu   sync.Mutex
	busy bool      // one is being asked for
	next time.Time // not before
	wg   sync.WaitGroup
}

// stampDue asks for a stamp over the newest checkpoint if one is due, beside
// the sequencing, which it never delays: at most one at a time.
func (l *Ledger) stampDue(ctx context.Context) {
	if l.stamper == nil {
		return
	}
	l.stamping.mu.Lock()
	due := !l.stamping.busy && !l.clock.Now().Before(l.stamping.next)
	l.stamping.busy = l.stamping.busy || due
	l.stamping.mu.Unlock()
	if !due {
		return
	}
	l.stamping.wg.Go(func() {
		_, err := l.StampNow(ctx)
		l.stamping.mu.Lock()
		defer l.stamping.mu.Unlock()
		l.stamping.busy = false
		if err != nil {
			l.stamping.next = l.clock.Now().Add(stampAgain)
			if ctx.Err() == nil {
				l.log.WarnContext(ctx, "ledger: no time stamp, trying again", "origin", l.Origin(), "err", err)
			}
		}
	})
}

// StampNow gets a stamp over the newest checkpoint if it has none and the last
// stamp is old enough. It tells whether it got one. Run calls it; tests may.
func (l *Ledger) StampNow(ctx context.Context) (stamped bool, err error) {
	defer errs.Wrap(&err, "ledger.StampNow")
	if l.stamper == nil {
		return false, nil
	}
	s, before, err := l.follow(ctx)
	if err != nil {
		return false, err
	}
	for _, g := range before { // the end of each log is stamped, as soon as it can be
		if done, err := l.stampLog(ctx, g.Origin, g.VKey, 0); done || err != nil {
			return done, err
		}
	}
	return l.stampLog(ctx, s.origin, s.vkey, l.stampEvery)
}

// stampLog is StampNow for one log.
func (l *Ledger) stampLog(ctx context.Context, origin, vkey string, every time.Duration) (stamped bool, err error) {
	h, found, err := l.stampable(ctx, origin, vkey)
	if err != nil || !found || h.Size == 0 {
		return false, err
	}
	last, found, err := store.Find[stampRow](ctx, l.db, sqlLastStamp, origin)
	if err != nil || found && (last.Size == h.Size || l.clock.Now().Before(last.At.Add(every))) {
		return false, err
	}
	ctx, end := l.tracer.Root(ctx, "ledger stamp")
	defer func() { end(err) }()
	s, err := l.stamper.Stamp(ctx, sha256.Sum256(h.Checkpoint))
	if err != nil {
		return false, err
	}
	row := stampRow{Origin: origin, Size: h.Size, Token: s.Token, Root: s.Root, Authority: s.Authority, At: store.At(s.Time.UTC().Truncate(time.Microsecond))}
	err = l.db.WriteBlind(ctx, func(tx *store.Tx) error { // another process may have been faster: its stamp is as good
		return tx.Exec(ctx, sqlStampPut, row.Origin, row.Size, row.Token, row.Root, row.Authority, row.At)
	})
	return err == nil, err
}

// stampable is the newest checkpoint that receipts can be proved under.
func (l *Ledger) stampable(ctx context.Context, origin, vkey string) (h head, found bool, err error) {
	h, found, err = store.Find[head](ctx, l.db, sqlHead, origin)
	if err != nil || !found || l.quorum == 0 {
		return h, found, err
	}
	p, found, err := store.Find[checkpointRow](ctx, l.db, sqlCosignedLast, origin, l.quorum)
	if err != nil || !found {
		return h, false, err
	}
	h, err = headOf(p, vkey)
	return h, true, err
}

// LastStamp is the newest time stamp of the newest log that has one; found is
// false if there is none.
func (l *Ledger) LastStamp(ctx context.Context) (s Stamp, found bool, err error) {
	defer errs.Wrap(&err, "ledger.LastStamp")
	now, before, err := l.follow(ctx)
	if err != nil {
		return Stamp{}, false, err
	}
	for _, origin := range slices.Backward(append(originsOf(before), now.origin)) {
		row, found, err := store.Find[stampRow](ctx, l.db, sqlLastStamp, origin)
		if err != nil || found {
			return row.stamp(), found, err
		}
	}
	return Stamp{}, false, nil
}

// StampOf is the time stamp over the checkpoint of a size of the log called
// origin, with that checkpoint; errs.NotFound if there is none.
func (l *Ledger) StampOf(ctx context.Context, origin string, size int64) (_ Stamp, checkpoint []byte, err error) {
	defer errs.Wrap(&err, "ledger.StampOf")
	none := errs.New(errs.NotFound, "ledger.no_stamp")
	row, found, err := store.Find[stampRow](ctx, l.db, sqlStamp, origin, size)
	if err == nil && !found {
		err = none
	}
	if err != nil {
		return Stamp{}, nil, err
	}
	p, found, err := store.Find[checkpointRow](ctx, l.db, sqlCheckpoint, origin, size)
	if err == nil && !found {
		err = none
	}
	return row.stamp(), p.Note, err
}

// stamps checks every kept time stamp.
func (a *auditor) stamps(ctx context.Context) error {
	rows, err := store.All[stampRow](ctx, a.l.db, sqlStamps, a.origin)
	if err != nil {
		return err
	}
	for _, r := range rows {
		wrong := func(format string, args ...any) {
			a.find(Finding{Code: FoundStamp, Index: r.Size, Detail: fmt.Sprintf(format, args...)})
		}
		p, found, err := store.Find[checkpointRow](ctx, a.l.db, sqlCheckpoint, a.origin, r.Size)
		if err != nil {
			return err
		}
		if !found {
			wrong("the checkpoint that it stamps is gone")
			continue
		}
		if a.l.checkStamp == nil {
			continue
		}
		switch s, err := a.l.checkStamp(r.stamp(), sha256.Sum256(p.Note)); {
		case err != nil:
			wrong("the time stamp does not hold: %v", err)
		case !s.Time.Equal(r.At.Time) || s.Authority != r.Authority:
			wrong("the time or the authority beside the token is not the token's")
		}
	}
	return nil
}
