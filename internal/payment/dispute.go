// SPDX-License-Identifier: Apache-2.0

package payment

import (
	"context"
	"fmt"
	"strconv"

	"github.com/tarazu/tarazu/internal/gateway/payments"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// The evidence that this module makes.
const (
	eventPaid     = "payment.paid"     // the money is ours
	eventDisputed = "payment.disputed" // the provider may have taken money that is not this sum
	eventReturned = "payment.returned" // the provider gave the payer's money back
	eventVoid     = "payment.void"     // the sum is no longer owed
	eventRefunded = "payment.refunded" // we gave the money back
)

// stage makes evidence about a payment that is not paid.
func (s *Service) stage(ctx context.Context, tx *store.Tx, event string, p Payment, members map[string]string) error {
	members["payment"] = p.ID
	members["amount_rials"] = strconv.FormatInt(p.Amount, 10)
	_, err := s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: event, Time: tx.Now(), Owner: p.Owner, Subject: p.Subject, Role: string(policy.System), Members: members,
	})
	return err
}

// dispute stops a payment that may have cost the payer money which cannot be
// counted: it keeps the claim, so that no other attempt is confirmed, cannot be
// begun again, and is evidence. r is what the provider said, nil if nothing.
func (s *Service) dispute(ctx context.Context, p Payment, a Attempt, why Reason, r *payments.Result) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.ExecN(ctx, endAttempt, p.Owner, p.ID, a.Number, string(AttemptDisputed), string(why), store.At(tx.Now()))
		if err != nil || n == 0 { // decided already
			return err
		}
		if err := tx.ExecOne(ctx, disputePayment, p.Owner, p.ID, a.Token, string(why), before(StateDisputed)); err != nil {
			return err
		}
		members := map[string]string{"reason": string(why), "reference": a.Reference}
		if r != nil {
			members["provider_amount_rials"] = strconv.FormatInt(r.AmountRials, 10)
			members["provider_reference"] = r.Reference
			members["bank_reference"] = r.Bank
		}
		return s.stage(ctx, tx, eventDisputed, p, members)
	})
}

// reconsider asks the provider about a disputed attempt once more: its books may
// have been put right. If it still cannot be settled that is an error, so that
// the job ends up among those that an operator looks at; his retry asks again.
func (s *Service) reconsider(ctx context.Context, p Payment, a Attempt) error {
	r, err := s.d.Gateway.Status(ctx, a.Token)
	if err != nil {
		return fmt.Errorf("payment %s is disputed (%s): %w", p.ID, p.Reason, err)
	}
	switch r.State {
	case payments.Returned:
		return s.settleDispute(ctx, p, a)
	case payments.Paid:
		if !s.fits(p, a, r) {
			break
		}
		if r, err = s.d.Gateway.Confirm(ctx, a.Token); err == nil && r.State == payments.Paid && s.fits(p, a, r) {
			return s.record(ctx, p, a, r)
		}
	}
	return fmt.Errorf("payment %s is disputed (%s): clear it with the provider, then retry this job", p.ID, p.Reason)
}

// settleDispute notes that the money went back: the payer may pay again.
func (s *Service) settleDispute(ctx context.Context, p Payment, a Attempt) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.ExecN(ctx, endDisputed, p.Owner, p.ID, a.Number, string(AttemptFailed), string(GaveBack), store.At(tx.Now()))
		if err != nil || n == 0 {
			return err
		}
		if err := tx.ExecOne(ctx, undispute, p.Owner, p.ID, a.Token, string(GaveBack)); err != nil {
			return err
		}
		return s.stage(ctx, tx, eventReturned, p, map[string]string{"reference": a.Reference})
	})
}
