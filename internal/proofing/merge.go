// SPDX-License-Identifier: Apache-2.0

package proofing

import (
	"context"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// An order with an attempt at the broker stays where it is until that has ended:
// the broker was told this account's number, and the proof is of that number. The
// event of a merge comes again.
const (
	selectOfGone = `SELECT id FROM proofing_order WHERE owner = $1 AND id NOT IN
	(SELECT order_id FROM proofing_try WHERE owner = $1 AND state = 'open') ORDER BY id LIMIT $2 FOR UPDATE`
	selectMoved = `SELECT id FROM proofing_order WHERE owner = $2 AND id IN (SELECT order_id FROM proofing_moved WHERE merge = $1)
	AND id NOT IN (SELECT order_id FROM proofing_try WHERE owner = $2 AND state = 'open') ORDER BY id LIMIT $3 FOR UPDATE`
	deleteMoved = `DELETE FROM proofing_moved WHERE merge = $1 AND order_id = ANY($2)`

	// What was not begun at a broker yet is begun anew, under its new owner's number.
	loseReserved = `UPDATE proofing_try SET state = 'lost', decided_us = $2 WHERE owner = $1 AND state = 'reserved'`
	moveOrders   = `UPDATE proofing_order SET owner = $2 WHERE owner = $1 AND id = ANY($3)`
	moveTries    = `UPDATE proofing_try SET owner = $2 WHERE owner = $1 AND order_id = ANY($3)`
	moveTokens   = `UPDATE proofing_token SET owner = $2 WHERE owner = $1 AND order_id = ANY($3)`
)

type movedRow struct {
	Merge string `db:"merge"`
	Order string `db:"order_id"`
}

// onMerged brings the orders of an account that was merged to the one that goes on.
func (s *Service) onMerged(ctx context.Context, e identity.MergedEvent) error {
	return s.d.Identity.Reassign(ctx, e.Merge, "proofing", false, func(tx *store.Tx) (int, error) {
		if err := tx.Exec(ctx, loseReserved, e.Gone, store.At(tx.Now())); err != nil {
			return 0, err
		}
		ids, err := store.All[string](ctx, tx, selectOfGone, e.Gone, identity.ReassignBatch)
		if err != nil {
			return 0, err
		}
		for _, id := range ids {
			if err := store.Insert(ctx, tx, "proofing_moved", movedRow{e.Merge, id}); err != nil {
				return 0, err
			}
		}
		return len(ids), moveTx(ctx, tx, ids, e.Gone, e.Into)
	})
}

// onUnmerged brings back what onMerged brought.
func (s *Service) onUnmerged(ctx context.Context, e identity.UnmergedEvent) error {
	return s.d.Identity.Reassign(ctx, e.Merge, "proofing", true, func(tx *store.Tx) (int, error) {
		ids, err := store.All[string](ctx, tx, selectMoved, e.Merge, e.Into, identity.ReassignBatch)
		if err != nil {
			return 0, err
		}
		if err := moveTx(ctx, tx, ids, e.Into, e.Gone); err != nil {
			return 0, err
		}
		return len(ids), tx.Exec(ctx, deleteMoved, e.Merge, ids)
	})
}

func moveTx(ctx context.Context, tx *store.Tx, ids []string, from, to string) error {
	if len(ids) == 0 {
		return nil
	}
	for _, query := range []string{moveOrders, moveTries, moveTokens} {
		if err := tx.Exec(ctx, query, from, to, ids); err != nil {
			return err
		}
	}
	return nil
}
