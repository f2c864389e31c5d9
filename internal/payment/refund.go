// SPDX-License-Identifier: Apache-2.0

package payment

import (
	"context"
	"fmt"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/payments"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const jobRefund = "payment.refund"

// Refund is money on its way back to its payer.
type Refund struct {
	Why   string // locale key
	Asked time.Time
	Done  time.Time // zero: the provider has not said yet that it goes back
}

type refundJob struct {
	Owner   string `json:"owner"`
	Payment ID     `json:"payment"`
}

type refundRow struct {
	Owner   string     `db:"owner"`
	Payment string     `db:"payment"`
	Why     string     `db:"why"`
	Asked   store.Time `db:"asked_us"`
	Done    store.Time `db:"done_us"`
}

const (
	selectRefund = `SELECT owner, payment, why, asked_us, done_us FROM payment_refund WHERE owner = $1 AND payment = $2`
	insertRefund = `INSERT INTO payment_refund (owner, payment, why, asked_us) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`
	refundDone   = `UPDATE payment_refund SET done_us = $3 WHERE owner = $1 AND payment = $2 AND done_us = 0`
)

// RefundTx gives back money that was taken, in the caller's transaction; a job
// asks the provider. Asked again it changes nothing. why is a locale key.
// errs.Conflict, code payment.not_paid: there is nothing to give back.
func (s *Service) RefundTx(ctx context.Context, tx *store.Tx, owner string, payment ID, why string) (err error) {
	defer errs.Wrap(&err, "payment.RefundTx")
	p, err := s.find(ctx, tx, owner, payment)
	switch {
	case err != nil:
		return err
	case p.State != StatePaid:
		return errs.New(errs.Conflict, "payment.not_paid")
	}
	n, err := tx.ExecN(ctx, insertRefund, p.Owner, payment, why, store.At(tx.Now()))
	if err != nil || n == 0 {
		return err
	}
	return s.d.Jobs.EnqueueTx(ctx, tx, jobRefund, refundJob{Owner: p.Owner, Payment: payment}, jobs.Unique(payment))
}

// RefundOf is what goes back of a payment, or found false.
func (s *Service) RefundOf(ctx context.Context, owner string, payment ID) (_ Refund, found bool, err error) {
	defer errs.Wrap(&err, "payment.RefundOf")
	r, found, err := store.Find[refundRow](ctx, s.d.DB, selectRefund, owner, payment)
	return Refund{Why: r.Why, Asked: r.Asked.Time, Done: r.Done.Time}, found, err
}

// refund asks the provider to give the money back. A provider that does not
// answer, or does not say that it goes back, is asked again by the job. The
// account of its owner may have been merged since.
func (s *Service) refund(ctx context.Context, j refundJob) (err error) {
	defer errs.Wrap(&err, "payment: give back")
	p, err := s.find(ctx, s.d.DB, j.Owner, j.Payment)
	if err != nil {
		return err
	}
	r, found, err := s.RefundOf(ctx, p.Owner, p.ID)
	if err != nil || !found || !r.Done.IsZero() {
		return err
	}
	said, err := s.d.Gateway.Refund(ctx, p.token)
	if err != nil {
		return err
	}
	if said.State != payments.Returned {
		return fmt.Errorf("payment %s: the provider says %s and not that the money goes back", p.ID, said.State)
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		p, err := s.find(ctx, tx, p.Owner, p.ID)
		if err != nil {
			return err
		}
		n, err := tx.ExecN(ctx, refundDone, p.Owner, p.ID, store.At(tx.Now()))
		if err != nil || n == 0 {
			return err
		}
		return s.stage(ctx, tx, eventRefunded, p, map[string]string{"bank_reference": p.Bank, "why": r.Why})
	})
}
