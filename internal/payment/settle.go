// SPDX-License-Identifier: Apache-2.0

package payment

import (
	"context"
	"errors"
	"strconv"

	"github.com/tarazu/tarazu/internal/gateway/payments"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Settle asks the provider how the attempt with token stands and moves the
// payment accordingly; it is right to call it at any time and any number of
// times, also at once. It returns the payment as it stands afterwards.
// errs.NotFound: no attempt has this token. errs.Unavailable: the provider does
// not answer; nothing is lost, payment.check asks again.
func (s *Service) Settle(ctx context.Context, token string) (_ Payment, err error) {
	defer errs.Wrap(&err, "payment.Settle")
	p, _, err := s.settle(ctx, token)
	return p, err
}

// settle returns the payment and the attempt as they stand afterwards.
func (s *Service) settle(ctx context.Context, token string) (Payment, Attempt, error) {
	p, a, err := s.byToken(ctx, token)
	if err != nil || !a.State.waits() {
		return p, a, err
	}
	r, err := s.d.Gateway.Status(ctx, token)
	if errs.Is(err, errs.NotFound) {
		err = s.refuse(ctx, p, a, AttemptFailed, StateFailed, Unknown)
		return s.again(ctx, token, err)
	}
	if err == nil {
		err = s.apply(ctx, p, a, r)
	}
	return s.again(ctx, token, err)
}

// again reads what the outcome was; err, if any, wins.
func (s *Service) again(ctx context.Context, token string, err error) (Payment, Attempt, error) {
	p, a, readErr := s.byToken(ctx, token)
	if err == nil {
		err = readErr
	}
	return p, a, err
}

func (s *Service) byToken(ctx context.Context, token string) (Payment, Attempt, error) {
	t, found, err := store.Find[tokenRow](ctx, s.d.DB, selectToken, token)
	if err == nil && !found {
		err = errs.New(errs.NotFound, "payment.not_found")
	}
	if err != nil {
		return Payment{}, Attempt{}, err
	}
	p, err := loadPayment(ctx, s.d.DB, t.Owner, t.Payment)
	if err != nil {
		return Payment{}, Attempt{}, err
	}
	a, found, err := loadAttempt(ctx, s.d.DB, t.Owner, t.Payment, t.Number)
	if err == nil && !found {
		err = errors.New("payment: a token without its attempt")
	}
	return p, a, err
}

// apply moves an attempt, and with it the payment, to what the provider says.
func (s *Service) apply(ctx context.Context, p Payment, a Attempt, r payments.Result) error {
	switch r.State {
	case payments.Cancelled:
		return s.end(ctx, p, a, AttemptCancelled, StateCancelled, ByPayer)
	case payments.Expired:
		return s.end(ctx, p, a, AttemptExpired, StateExpired, TooLate)
	case payments.Returned:
		return s.end(ctx, p, a, AttemptFailed, StateFailed, GaveBack)
	case payments.Paid:
		switch {
		case s.fits(p, a, r):
			return s.confirm(ctx, p, a)
		case p.settling == a.Token:
			return s.dispute(ctx, p, a, TookElse, &r)
		}
		return s.refuse(ctx, p, a, AttemptFailed, StateFailed, Mismatch)
	}
	if a.State == AttemptOpen && p.settling != a.Token && s.d.Clock.Now().Sub(a.Started) >= timeOut {
		return s.lapse(ctx, p, a)
	}
	return nil
}

// fits compares what the provider says with what we asked for.
func (s *Service) fits(p Payment, a Attempt, r payments.Result) bool {
	if r.AmountRials == p.Amount && r.Reference == a.Reference {
		return true
	}
	s.d.Log.Error("payment: the provider's amount or reference is not ours", "payment", p.ID, "attempt", a.Number,
		"amount", p.Amount, "provider_amount", r.AmountRials, "reference_fits", r.Reference == a.Reference)
	return false
}

// confirm takes the money of a paid attempt, if no other attempt of the payment
// has the right to be confirmed.
func (s *Service) confirm(ctx context.Context, p Payment, a Attempt) error {
	won := false
	err := s.d.DB.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.ExecN(ctx, claim, p.Owner, p.ID, a.Token, before(StatePaid))
		won = n == 1
		return err
	})
	if err != nil {
		return err
	}
	if !won {
		return s.notWanted(ctx, p, a)
	}
	r, err := s.d.Gateway.Confirm(ctx, a.Token)
	switch {
	case err != nil:
		return err // the claim stays: nobody knows whether the money was taken
	case r.State == payments.Paid && s.fits(p, a, r):
		return s.record(ctx, p, a, r)
	case r.State == payments.Paid: // taken, but it is not our sum
		return s.dispute(ctx, p, a, TookElse, &r)
	case r.State == payments.Open:
		return nil
	}
	return s.apply(ctx, p, a, r)
}

// notWanted leaves a paid attempt unconfirmed, so that the money goes back, if
// the payment was paid by another attempt or made void. While another attempt
// is being confirmed nothing is decided.
func (s *Service) notWanted(ctx context.Context, p Payment, a Attempt) error {
	p, err := loadPayment(ctx, s.d.DB, p.Owner, p.ID)
	if err != nil {
		return err
	}
	if p.State == StateVoid || (p.State == StatePaid && p.token != a.Token) {
		return s.end(ctx, p, a, AttemptSurplus, p.State, "")
	}
	return nil
}

// record writes that the money is ours: once, with evidence and event.
func (s *Service) record(ctx context.Context, p Payment, a Attempt, r payments.Result) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		now := tx.Now()
		n, err := tx.ExecN(ctx, recordPaid, p.Owner, p.ID, a.Token, r.Bank, store.At(now), before(StatePaid))
		if err != nil || n == 0 { // recorded already
			return err
		}
		ended := endAttempt
		if a.State == AttemptDisputed {
			ended = endDisputed
		}
		if err := tx.Exec(ctx, ended, p.Owner, p.ID, a.Number, string(AttemptPaid), "", store.At(now)); err != nil {
			return err
		}
		content, err := ledger.Canonical(map[string]any{
			"payment": p.ID, "subject": p.Subject, "purpose": p.Purpose, "lines": p.Lines,
			"amount_rials": p.Amount, "reference": a.Reference, "bank_reference": r.Bank,
		})
		if err != nil {
			return err
		}
		evidence, err := s.d.Ledger.StageTx(ctx, tx, ledger.Record{
			Event: eventPaid, Time: now, Owner: p.Owner, Subject: p.Subject, Role: string(policy.System), Content: content,
			Members: map[string]string{"payment": p.ID, "amount_rials": strconv.FormatInt(p.Amount, 10), "bank_reference": r.Bank},
		})
		if err != nil {
			return err
		}
		if err := tx.ExecOne(ctx, keepEvidence, p.Owner, p.ID, evidence); err != nil {
			return err
		}
		return s.d.Jobs.PublishTx(ctx, tx, Paid{Payment: p.ID, Owner: p.Owner, Subject: p.Subject, Purpose: p.Purpose, At: now})
	})
}

// end keeps the last word about an attempt, gives its claim back, and moves the
// payment if it waits for this attempt. That money went back is evidence.
func (s *Service) end(ctx context.Context, p Payment, a Attempt, as AttemptState, ps State, why Reason) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error { return s.endTx(ctx, tx, p, a, as, ps, why) })
}

func (s *Service) endTx(ctx context.Context, tx *store.Tx, p Payment, a Attempt, as AttemptState, ps State, why Reason) error {
	n, err := tx.ExecN(ctx, endAttempt, p.Owner, p.ID, a.Number, string(as), string(why), store.At(tx.Now()))
	if err != nil || n == 0 { // decided already
		return err
	}
	if err := tx.Exec(ctx, release, p.Owner, p.ID, a.Token); err != nil {
		return err
	}
	if err := tx.Exec(ctx, endPayment, p.Owner, p.ID, a.Number, string(ps), string(why)); err != nil || why != GaveBack {
		return err
	}
	return s.stage(ctx, tx, eventReturned, p, map[string]string{"reference": a.Reference})
}

// refuse ends an attempt about which the provider says nothing that fits,
// unless it has the claim: then money may have been taken, and while that is
// not clear the payer must not pay again.
func (s *Service) refuse(ctx context.Context, p Payment, a Attempt, as AttemptState, ps State, why Reason) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.ExecN(ctx, holdUnclaimed, p.Owner, p.ID, a.Token)
		if err != nil || n == 0 {
			return err
		}
		return s.endTx(ctx, tx, p, a, as, ps, why)
	})
}

// lapse gives up waiting for a decision; the provider is asked on.
func (s *Service) lapse(ctx context.Context, p Payment, a Attempt) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.ExecN(ctx, lapseAttempt, p.Owner, p.ID, a.Number)
		if err != nil || n == 0 {
			return err
		}
		return tx.Exec(ctx, endPayment, p.Owner, p.ID, a.Number, string(StateExpired), string(TooLate))
	})
}
