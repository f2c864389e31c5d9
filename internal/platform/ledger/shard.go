// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"context"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/note"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// The states of a log in the chain of logs.
const (
	ShardOpen   = "open"   // records go into it
	ShardSealed = "sealed" // its last record announces the next log; nothing follows
	ShardLeft   = "left"   // another log went on without an announcement: its key was lost, or is known to others
)

// Log is a log in these tables. What a Ledger writes to is a chain of them:
// each year, and each key, has one of its own.
type Log struct {
	Origin string     `db:"origin"`
	VKey   string     `db:"vkey"`
	Size   int64      `db:"size"`
	Next   string     `db:"next"` // the log that goes on from it; "": none
	State  string     `db:"state"`
	Ended  store.Time `db:"ended_us"`
}

const sqlShards = `SELECT origin, vkey, size, next, state, ended_us FROM ledger_head ORDER BY origin`

// shard is the log that records go into now.
type shard struct {
	origin string
	vkey   string
	signer note.Signer // nil: this process does not have its key
}

// errNoKey is returned by whatever signs in a process that does not have the
// key of the newest log: another process must do the work.
var errNoKey = errs.New(errs.Unavailable, "ledger.no_key")

// chainOf follows the logs from one on to the newest.
func chainOf(all []Log, first string) (out []Log) {
	for at := first; at != "" && len(out) <= len(all); {
		i := slices.IndexFunc(all, func(g Log) bool { return g.Origin == at })
		if i < 0 {
			return out
		}
		out, at = append(out, all[i]), all[i].Next
	}
	return out
}

// chain is the logs from the configured one on, the newest last. A log that
// has no row yet is there with its key.
func (l *Ledger) chain(ctx context.Context) ([]Log, error) {
	all, err := store.All[Log](ctx, l.db, sqlShards)
	if err != nil {
		return nil, err
	}
	list := chainOf(all, l.origin)
	if n := len(list); n == 0 || list[n-1].Next != "" {
		if n > 0 {
			return nil, damaged(fmt.Errorf("the log %s, which goes on from %s, is not there", list[n-1].Next, list[n-1].Origin))
		}
		return []Log{{Origin: l.origin, VKey: l.vkey, State: ShardOpen}}, nil
	}
	return list, nil
}

// follow reads which log is the newest one, remembers it for StageTx, and
// returns it with those before it.
func (l *Ledger) follow(ctx context.Context) (*shard, []Log, error) {
	list, err := l.chain(ctx)
	if err != nil {
		return nil, nil, err
	}
	newest := list[len(list)-1]
	if now := l.now.Load(); now.origin == newest.Origin && now.signer != nil {
		return now, list[:len(list)-1], nil
	}
	s := &shard{origin: newest.Origin, vkey: newest.VKey}
	switch {
	case newest.Origin == l.origin:
		s.vkey, s.signer = l.vkey, l.signer
	case l.keys != nil:
		k, err := l.keys(newest.VKey)
		if s.signer = k.signer; err != nil {
			if l.current().origin != s.origin { // said once
				l.log.WarnContext(ctx, "ledger: this process does not have the key of the log", "origin", s.origin, "err", err)
			}
			s.signer = nil
		}
	}
	l.now.Store(s)
	return s, list[:len(list)-1], nil
}

// current is the newest log as this process saw it last.
func (l *Ledger) current() *shard { return l.now.Load() }

// newest is follow for whoever only wants to know the name.
func (l *Ledger) newest(ctx context.Context) (*shard, error) {
	s, _, err := l.follow(ctx)
	return s, err
}

// Shards are all logs in these tables, in the order in which they began.
func (l *Ledger) Shards(ctx context.Context) (_ []Log, err error) {
	defer errs.Wrap(&err, "ledger.Shards")
	all, err := store.All[Log](ctx, l.db, sqlShards)
	if err != nil {
		return nil, err
	}
	names, err := l.Logs(ctx)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b Log) int { return slices.Index(names, a.Origin) - slices.Index(names, b.Origin) })
	return all, nil
}

// Logs names every log in these tables in the order in which they began; one
// that goes on from another comes right after it.
func (l *Ledger) Logs(ctx context.Context) (out []string, err error) {
	defer errs.Wrap(&err, "ledger.Logs")
	all, err := store.All[Log](ctx, l.db, sqlShards)
	if err != nil {
		return nil, err
	}
	byTime, err := store.All[string](ctx, l.db, sqlByTime)
	if err != nil {
		return nil, err
	}
	for _, origin := range byTime {
		if slices.ContainsFunc(all, func(g Log) bool { return g.Next == origin }) {
			continue
		}
		for _, g := range chainOf(all, origin) {
			out = append(out, g.Origin)
		}
	}
	return out, nil
}

// Ended tells whether a log has ended, and with how many records.
func (l *Ledger) Ended(ctx context.Context, origin string) (size int64, ended bool, err error) {
	defer errs.Wrap(&err, "ledger.Ended")
	all, err := store.All[Log](ctx, l.db, sqlShards)
	for _, g := range all {
		if g.Origin == origin {
			return g.Size, g.Next != "", err
		}
	}
	return 0, false, err
}

// Ends tells of each log that has ended how many records it has: a receipt
// under a larger tree is not its.
func (l *Ledger) Ends(ctx context.Context) (_ map[string]int64, err error) {
	defer errs.Wrap(&err, "ledger.Ends")
	all, err := store.All[Log](ctx, l.db, sqlShards)
	out := map[string]int64{}
	for _, g := range all {
		if g.Next != "" {
			out[g.Origin] = g.Size
		}
	}
	return out, err
}
