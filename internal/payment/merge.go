// SPDX-License-Identifier: Apache-2.0

package payment

import (
	"context"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// A payment whose money is being confirmed stays where it is until that is over:
// who confirms it names the owner that it has. The event of a merge comes again.
const (
	selectOfGone = `SELECT id FROM payment_payment WHERE owner = $1 AND settling = '' ORDER BY id LIMIT $2 FOR UPDATE`
	selectMoved  = `SELECT id FROM payment_payment WHERE owner = $2 AND settling = ''
		AND id IN (SELECT payment FROM payment_moved WHERE merge = $1) ORDER BY id LIMIT $3 FOR UPDATE`
	insertMoved = `INSERT INTO payment_moved (merge, payment) VALUES ($1, $2)`
	deleteMoved = `DELETE FROM payment_moved WHERE merge = $1 AND payment = ANY($2)`

	selectTokens = `SELECT token FROM payment_attempt WHERE owner = $1 AND payment = ANY($2) AND token <> ''`
	movePayments = `UPDATE payment_payment SET owner = $2 WHERE owner = $1 AND id = ANY($3)`
	moveAttempts = `UPDATE payment_attempt SET owner = $2 WHERE owner = $1 AND payment = ANY($3)`
	moveTokens   = `UPDATE payment_token SET owner = $2 WHERE owner = $1 AND token = ANY($3)`
	moveRefunds  = `UPDATE payment_refund SET owner = $2 WHERE owner = $1 AND payment = ANY($3)`
)

// hear has the payments of an account that was merged follow it.
func (s *Service) hear() {
	jobs.Subscribe(s.d.Jobs, "payment", s.onMerged)
	jobs.Subscribe(s.d.Jobs, "payment", s.onUnmerged)
}

func (s *Service) onMerged(ctx context.Context, e identity.MergedEvent) error {
	return s.d.People.Reassign(ctx, e.Merge, "payment", false, func(tx *store.Tx) (int, error) {
		ids, err := store.All[string](ctx, tx, selectOfGone, e.Gone, identity.ReassignBatch)
		if err != nil {
			return 0, err
		}
		for _, id := range ids {
			if err := tx.Exec(ctx, insertMoved, e.Merge, id); err != nil {
				return 0, err
			}
		}
		return len(ids), moveTx(ctx, tx, ids, e.Gone, e.Into)
	})
}

func (s *Service) onUnmerged(ctx context.Context, e identity.UnmergedEvent) error {
	return s.d.People.Reassign(ctx, e.Merge, "payment", true, func(tx *store.Tx) (int, error) {
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
	tokens, err := store.All[string](ctx, tx, selectTokens, from, ids)
	if err != nil {
		return err
	}
	if err := tx.Exec(ctx, movePayments, from, to, ids); err != nil {
		return err
	}
	if err := tx.Exec(ctx, moveAttempts, from, to, ids); err != nil {
		return err
	}
	if err := tx.Exec(ctx, moveRefunds, from, to, ids); err != nil {
		return err
	}
	return tx.Exec(ctx, moveTokens, from, to, tokens)
}

// find reads a payment of the module that created it: while a merge is under way
// the thing that is paid for may be in one account and the payment in the other.
func (s *Service) find(ctx context.Context, q store.Querier, owner string, payment ID) (Payment, error) {
	p, err := loadPayment(ctx, q, owner, payment)
	if s.d.People == nil || !errs.Is(err, errs.NotFound) {
		return p, err
	}
	kin, kerr := s.d.People.Kin(ctx, q, owner)
	if kerr != nil {
		return Payment{}, kerr
	}
	for _, k := range kin[1:] {
		if p, kerr := loadPayment(ctx, q, k, payment); !errs.Is(kerr, errs.NotFound) {
			return p, kerr
		}
	}
	return Payment{}, err
}
