// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"context"
	"encoding/base64"
	"errors"
	"strconv"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// ShardOwner is whose rows the records about the logs themselves are.
const ShardOwner = "ledger"

// Why a log ended.
const (
	WhyYear  = "year"      // a year of the Solar Hijri calendar was over
	WhyShard = "shard"     // the operator wished so
	WhyKey   = "key"       // its key was changed
	WhyLost  = "key_lost"  // its key is gone: it could announce nothing
	WhyKnown = "key_known" // its key is known to others: what it would announce is worth nothing
)

// Turn is a change from one log to the next.
type Turn struct {
	From string // the log that ends, as the caller saw it
	Next Key    // of the log that goes on; its name is in it
	Why  string
}

// announced tells whether the old log itself says that it ends.
func (t Turn) announced() bool { return t.Why != WhyLost && t.Why != WhyKnown }

// turnTries is how often a change gives way to a checkpoint that is signed at
// the same time.
const turnTries = 20

// Turn ends the newest log and opens the next one, in one transaction: the last
// record of the old log names the next log and its key and is covered by the
// old log's last checkpoint, and the first record of the new one names the old
// log, its size and its root. What waits for a place is carried over by the
// next Sequence. A change that was made already (From has ended with this very
// log as the next) is no error; another one is errs.Conflict
// (ledger.shard_ended), as is a name that is taken (ledger.shard_name).
func (l *Ledger) Turn(ctx context.Context, t Turn) (err error) {
	defer errs.Wrap(&err, "ledger.Turn")
	l.sequencing.Lock()
	defer l.sequencing.Unlock()
	for range turnTries {
		if err = l.turn(ctx, t); !errors.Is(err, ErrLostRace) {
			break
		}
	}
	if err != nil {
		return err
	}
	s, _, err := l.follow(ctx)
	if err == nil {
		l.log.InfoContext(ctx, "ledger: a log has ended and the next one goes on", "ended", t.From, "origin", s.origin, "why", t.Why)
	}
	return err
}

func (l *Ledger) turn(ctx context.Context, t Turn) error {
	s, before, err := l.follow(ctx)
	if err != nil {
		return err
	}
	next := &shard{origin: t.Next.signer.Name(), vkey: t.Next.vkey, signer: t.Next.signer}
	for _, g := range before {
		if g.Origin == t.From && g.Next == next.origin && s.origin == next.origin && s.vkey == next.vkey {
			return nil
		}
	}
	if s.origin != t.From {
		return errs.New(errs.Conflict, "ledger.shard_ended", "log", t.From)
	}
	if _, taken, err := store.Find[head](ctx, l.db, sqlHead, next.origin); err != nil || taken {
		if err == nil {
			err = errs.New(errs.Conflict, "ledger.shard_name", "log", next.origin)
		}
		return err
	}
	if t.announced() && s.signer == nil {
		return errNoKey
	}
	p, err := l.plan(ctx, s, next, t)
	if err != nil {
		return err
	}
	if err := l.at("planned"); err != nil {
		return err
	}
	if err := l.db.Write(ctx, func(tx *store.Tx) error { return l.writeTurn(ctx, tx, p) }); err != nil {
		return err
	}
	return l.at("turned")
}

// turnPlan is a change, computed and signed but not written.
type turnPlan struct {
	why     Turn
	last    *growth // of the old log; nil: it announces nothing
	end     head    // the old log as it ends
	first   *growth // of the new one
	records []newEntry
	at      time.Time
}

func (l *Ledger) plan(ctx context.Context, s, next *shard, t Turn) (*turnPlan, error) {
	old, tree, err := l.loadHead(ctx, s)
	if err != nil {
		return nil, err
	}
	p := &turnPlan{why: t, end: old, at: l.db.Now().UTC().Truncate(time.Microsecond)}
	opening := Record{
		Event: receipt.EventOpened, Owner: ShardOwner, Subject: s.origin, Role: "system", Time: p.at, Members: map[string]string{
			receipt.MemberWhy: t.Why, receipt.MemberLog: s.origin, receipt.MemberKey: s.vkey,
		},
	}
	if t.announced() {
		closing, err := entryOf(s.origin, Record{
			Event: receipt.EventClosed, Owner: ShardOwner, Subject: next.origin, Role: "system", Time: p.at,
			Members: map[string]string{receipt.MemberWhy: t.Why, receipt.MemberLog: next.origin, receipt.MemberKey: next.vkey},
		})
		if err != nil {
			return nil, err
		}
		p.records = append(p.records, closing)
		if p.last, err = l.grow(s, old, tree, []pending{closing.pending()}); err != nil {
			return nil, err
		}
		p.end, opening.Previous = p.last.new, closing.ID
	}
	opening.Members[receipt.MemberSize] = strconv.FormatInt(p.end.Size, 10)
	opening.Members[receipt.MemberRoot] = base64.StdEncoding.EncodeToString(p.end.Root)
	first, err := entryOf(next.origin, opening)
	if err != nil {
		return nil, err
	}
	p.records = append(p.records, first)
	empty, err := tlog.TreeHash(0, nil)
	if err != nil {
		return nil, err
	}
	p.first, err = l.grow(next, head{Origin: next.origin, VKey: next.vkey, Root: empty[:]}, newTiles(ctx, l.db, next.origin), []pending{first.pending()})
	return p, err
}

// entryOf is the row of a record for the log called origin.
func entryOf(origin string, r Record) (newEntry, error) {
	w := receipt.Record{
		ID: id.New(), Issuer: origin, Event: r.Event, Time: r.Time, Subject: r.Subject, Role: r.Role, Previous: r.Previous, Members: r.Members,
	}
	copy(w.Salt[:], id.Bytes(receipt.SaltSize))
	w.RowTag = rowTag(w.Salt, r.Owner, false)
	if err := w.Validate(); err != nil {
		return newEntry{}, errs.New(errs.Invalid, "ledger.record").Because(err)
	}
	record := w.Encode()
	leaf := receipt.LeafHash(record)
	return newEntry{Owner: r.Owner, ID: w.ID, Origin: origin, Record: record, Content: []byte{}, LeafHash: leaf[:], Staged: store.At(r.Time)}, nil
}

func (e newEntry) pending() pending { return pending{Owner: e.Owner, ID: e.ID, LeafHash: e.LeafHash} }

// writeTurn writes the change whole or not at all. As in write, the old head
// comes first: a checkpoint that is signed at the same time wins or loses there.
func (l *Ledger) writeTurn(ctx context.Context, tx *store.Tx, p *turnPlan) error {
	for _, e := range p.records {
		if err := store.Insert(ctx, tx, "ledger_entry", e); err != nil {
			return err
		}
	}
	state := ShardLeft
	if p.last != nil {
		state = ShardSealed
		if err := l.write(ctx, tx, p.last); err != nil {
			return err
		}
	} else if err := tx.Exec(ctx, sqlHeadNew, p.end.Origin, p.end.VKey, p.end.Root, []byte{}); err != nil {
		return err
	}
	ended, err := tx.ExecN(ctx, sqlHeadEnd, p.first.on.origin, state, store.At(p.at), p.end.Origin, p.end.Size, p.end.Root)
	if err != nil {
		return err
	}
	if ended != 1 {
		return ErrLostRace
	}
	if err := l.at("sealed"); err != nil {
		return err
	}
	if err := l.write(ctx, tx, p.first); err != nil {
		return err
	}
	return l.at("opened")
}
