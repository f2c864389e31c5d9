// SPDX-License-Identifier: Apache-2.0

package proofing

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// GiveBack ends an order with which no attempt was made, and gives its money
// back. errs.Conflict: an attempt counts already (proofing.video.attempted), or
// one is open (proofing.video.still_open).
func (s *Service) GiveBack(ctx context.Context, a policy.Actor, order string) (err error) {
	defer errs.Wrap(&err, "proofing.GiveBack")
	o, last, err := s.Order(ctx, a, order)
	if err != nil || o.State == Back {
		return err
	}
	if last.State == TryOpen {
		if last, err = s.Settle(ctx, last.Token); err != nil && !errs.Is(err, errs.Unavailable) {
			return err
		}
		if last.State == TryOpen {
			return errs.New(errs.Conflict, "proofing.video.still_open")
		}
		if o, last, err = s.Order(ctx, a, order); err != nil {
			return err
		}
	}
	if o.State != Ready || o.Counted > 0 {
		return errs.New(errs.Conflict, "proofing.video.attempted")
	}
	return s.giveBack(ctx, o, last)
}

// giveBack ends an order that was read with its last attempt, unless either has
// moved on since.
func (s *Service) giveBack(ctx context.Context, o Order, last Try) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		now := store.At(tx.Now())
		n, err := tx.ExecN(ctx, orderBack, o.Owner, o.ID, o.tries, now)
		if err != nil {
			return err
		}
		if n == 0 { // an attempt was begun, or the other half of a double click was faster
			return errs.New(errs.Conflict, "proofing.video.busy")
		}
		if last.State == TryReserved {
			n, err := tx.ExecN(ctx, refuseTry, o.Owner, o.ID, last.Number, now)
			if err != nil {
				return err
			}
			if n == 0 { // the broker has just taken it
				return errs.New(errs.Conflict, "proofing.video.busy")
			}
		}
		if o.Payment == "" {
			return nil
		}
		return s.d.Payment.RefundTx(ctx, tx, o.Owner, o.Payment, "proofing.video.refund_why")
	})
}
