// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"context"
	"fmt"

	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// stray is a record that was staged for a log which has ended since.
type stray struct {
	Owner  string `db:"owner"`
	ID     string `db:"id"`
	Origin string `db:"origin"`
	Record []byte `db:"record"`
}

// carry takes the records that wait for a place in a log that has ended over to
// the newest one: their issuer is that log then, and nothing else of them
// changes. Nothing was signed over them yet. A process that has not noticed the
// change may go on staging for the old log; those come along with the next
// call.
func (l *Ledger) carry(ctx context.Context, s *shard, before []Log) error {
	if len(before) == 0 {
		return nil
	}
	for {
		list, err := store.All[stray](ctx, l.db, sqlStray, originsOf(before), l.batch)
		if err != nil || len(list) == 0 {
			return err
		}
		if err := l.at("strays"); err != nil {
			return err
		}
		err = l.db.Write(ctx, func(tx *store.Tx) error {
			for _, e := range list {
				r, err := receipt.DecodeRecord(e.Record)
				if err != nil {
					return damaged(fmt.Errorf("entry %s: %w", e.ID, err))
				}
				r.Issuer = s.origin
				record := r.Encode()
				leaf := receipt.LeafHash(record)
				if err := tx.Exec(ctx, sqlStrayMove, s.origin, record, leaf[:], e.Owner, e.ID, e.Origin); err != nil {
					return err
				}
			}
			return l.at("carrying")
		})
		if err != nil {
			return err
		}
		if err := l.at("carried"); err != nil || len(list) < l.batch {
			return err
		}
	}
}

func originsOf(list []Log) []string {
	out := make([]string, 0, len(list)+1)
	for _, g := range list {
		out = append(out, g.Origin)
	}
	return out
}
