// SPDX-License-Identifier: Apache-2.0

package crash_test

import (
	"context"
	"math/rand/v2"

	"github.com/tarazu/tarazu/internal/bench/world"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/notice/bulk"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/store"
)

type (
	batchAct struct {
		Key, Sender string
		Rows        []deliverAct
	}
	batched struct{ Batch string }
)

// keyOf is that of the notice of a row.
func (q batchAct) keyOf(row deliverAct) string { return "bulk:" + q.Sender + ":" + row.Key }

// batch has notices issued by the jobs of the program, one after another: it is
// acknowledged when it has begun.
func (d *door) batch(ctx context.Context, q batchAct) (batched, error) {
	rows := make([]bulk.NewRow, len(q.Rows))
	for i, row := range q.Rows {
		payload, err := bulk.Notice(row.notice())
		if err != nil {
			return batched{}, err
		}
		rows[i] = bulk.NewRow{Key: row.Key, Payload: payload}
	}
	var b bulk.Batch
	err := d.a.DB.Write(ctx, func(tx *store.Tx) (err error) {
		b, err = d.a.Bulk.StartTx(ctx, tx, world.System, bulk.Order{
			Kind: bulk.Plain, Key: q.Key, Sender: q.Sender, SenderKind: bulk.Court, Title: notice.Text{FA: "روز دادگاه", EN: "Court day"},
		}, rows)
		return err
	})
	return batched{Batch: b.ID}, err
}

// newBatch is of one of three senders: small, or one that needs a second turn. The
// book is locked.
func (c *clients) newBatch(r *rand.Rand) batchAct {
	q := batchAct{Key: id.New(), Sender: []string{"23101", "23102", "23103"}[r.IntN(3)]}
	n := 1 + r.IntN(4)
	if r.IntN(10) == 0 {
		n = 60
	}
	for range n {
		q.Rows = append(q.Rows, c.newDelivery(r))
	}
	return q
}

// batchRow is a batch as the database has it.
type batchRow struct {
	ID    string `db:"id"`
	Key   string `db:"idem"`
	State string `db:"state"`
	Total int64  `db:"total"`
	Done  int64  `db:"done"`
}

// compareBatches: every batch that was acknowledged is there, and of each that is
// there every row was issued, to whom it was for.
func (r *rig) compareBatches(d *database) {
	for key, rec := range r.book.batches {
		b, ok := d.batches[key]
		if rec.acked && b.ID != rec.got.Batch {
			d.gone("batch %s was acknowledged as %+v and is %+v", key, rec.got, b)
		}
		if !ok {
			continue
		}
		if n := int64(len(rec.ask.Rows)); b.State != "done" || b.Total != n || b.Done != n {
			d.fault("batch %s of %d rows is %+v", key, n, b)
		}
		for _, row := range rec.ask.Rows {
			n := d.notices[d.keys[rec.ask.keyOf(row)].Notice]
			if n.Owner != row.Owner || n.Case != row.Case {
				d.gone("row %s of batch %s is the notice %+v", row.Key, key, n)
			}
		}
	}
	for key, b := range d.batches {
		if r.book.batches[key] == nil {
			d.fault("batch %s was never asked for", b.ID)
		}
	}
	for what, n := range d.senders {
		d.fault("%s: %d", what, n)
	}
}
