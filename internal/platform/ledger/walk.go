// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Placed is a record at its place in a log, as Walk shows it to a module that
// follows the log. Content is not read.
type Placed struct {
	Index  int64
	Owner  string
	Leaf   tlog.Hash // of the record as it stands in the row
	Record receipt.Record
}

type walkRow struct {
	Owner  string `db:"owner"`
	Record []byte `db:"record"`
	Index  int64  `db:"idx"`
}

const (
	sqlWalk    = `SELECT owner, record, idx FROM ledger_entry WHERE origin = $1 AND idx >= $2 ORDER BY idx LIMIT $3`
	sqlWritten = `SELECT record FROM ledger_entry WHERE owner = $1 AND id = $2`
	sqlWaits   = `SELECT staged_us FROM ledger_entry WHERE origin = ANY($1) AND idx IS NULL AND staged_us < $2 ORDER BY staged_us, id LIMIT 1`
	sqlByTime  = `SELECT h.origin FROM ledger_head h LEFT JOIN ledger_entry e ON e.origin = h.origin AND e.idx = 0 ORDER BY coalesce(e.staged_us, 4000000000000000), h.origin`
)

// Walk reads the records of a log in their order, from a place on, at most most
// of them. A place that is left out is ErrCorrupt: whoever follows the log must
// not step over anything.
func (l *Ledger) Walk(ctx context.Context, origin string, from int64, most int) (_ []Placed, err error) {
	defer errs.Wrap(&err, "ledger.Walk")
	rows, err := store.All[walkRow](ctx, l.db, sqlWalk, origin, from, most)
	if err != nil {
		return nil, err
	}
	out := make([]Placed, len(rows))
	for i, r := range rows {
		if r.Index != from+int64(i) {
			return nil, damaged(fmt.Errorf("no entry stands at %d", from+int64(i)))
		}
		out[i] = Placed{Index: r.Index, Owner: r.Owner, Leaf: receipt.LeafHash(r.Record)}
		if out[i].Record, err = receipt.DecodeRecord(r.Record); err != nil {
			return nil, damaged(fmt.Errorf("entry at %d: %w", r.Index, err))
		}
	}
	return out, nil
}

// Written reads one record, whether it has its place already or not.
func (l *Ledger) Written(ctx context.Context, owner, id string) (r receipt.Record, found bool, err error) {
	defer errs.Wrap(&err, "ledger.Written")
	b, found, err := store.Find[[]byte](ctx, l.db, sqlWritten, owner, id)
	if err != nil || !found {
		return r, false, err
	}
	if r, err = receipt.DecodeRecord(b); err != nil {
		return r, false, damaged(fmt.Errorf("the entry %s: %w", id, err))
	}
	return r, true, nil
}

// Waits tells whether a record that was staged before an instant has no place
// in a log yet, be it that it was staged for a log before it.
func (l *Ledger) Waits(ctx context.Context, origin string, before time.Time) (_ bool, err error) {
	defer errs.Wrap(&err, "ledger.Waits")
	all, err := store.All[Log](ctx, l.db, sqlShards)
	if err != nil {
		return false, err
	}
	list := []string{origin}
	for i := 0; i < len(list) && i < len(all); i++ {
		for _, g := range all {
			if g.Next == list[i] {
				list = append(list, g.Origin)
			}
		}
	}
	_, found, err := store.Find[int64](ctx, l.db, sqlWaits, list, store.At(before))
	return found, err
}
