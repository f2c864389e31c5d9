// SPDX-License-Identifier: Apache-2.0

package payment

import (
	"context"
	"errors"

	"github.com/tarazu/tarazu/internal/gateway/payments"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// ReturnPath is where the provider sends the payer's browser back to.
const ReturnPath = "/payments/return"

// Begin returns the address of the provider's page on which the actor pays.
// While an attempt is open it is that attempt's; two presses at once get the
// same. errs.Conflict: it is paid (payment.already_paid), no longer owed
// (payment.is_void), or the bank may have taken money for it already
// (payment.not_clear). errs.Unavailable: the provider does not answer; begin
// again later. errs.Forbidden: the right to pay was taken back, also at this very
// moment.
func (s *Service) Begin(ctx context.Context, actor policy.Actor, payment ID) (payURL string, err error) {
	defer errs.Wrap(&err, "payment.Begin")
	// Each round ends, or somebody else has moved the payment on meanwhile.
	for range 4 {
		p, err := s.Get(ctx, actor, payment)
		if err != nil {
			return "", err
		}
		switch p.State {
		case StatePaid:
			return "", errs.New(errs.Conflict, "payment.already_paid")
		case StateVoid:
			return "", errs.New(errs.Conflict, "payment.is_void")
		case StateDisputed:
			return "", errs.New(errs.Conflict, "payment.not_clear")
		}
		if err := s.may(ctx, actor, "payment.pay", p); err != nil {
			return "", err
		}
		may, err := s.still(ctx, actor, p)
		if err != nil {
			return "", err
		}
		a, found, err := s.lastAttempt(ctx, p)
		if err != nil {
			return "", err
		}
		switch {
		case found && a.State == AttemptReserved:
			if err := s.ask(ctx, may); err != nil { // before the provider hears of it
				return "", err
			}
			if payURL, err = s.open(ctx, may, p, a); err != nil || payURL != "" {
				return payURL, err
			}
		case found && a.State == AttemptOpen && s.d.Clock.Now().Sub(a.Started) < payTime:
			return s.link(ctx, may, a)
		case found && a.State == AttemptOpen:
			// Its page is closed by now. How did it end?
			if p, err = s.Settle(ctx, a.Token); err != nil {
				return "", err
			}
			if p.State == StateStarted {
				return s.link(ctx, may, a)
			}
		case p.settling != "":
			// An attempt is being confirmed: a second one could cost twice.
			if p, err = s.Settle(ctx, p.settling); err != nil {
				return "", err
			}
			if p.settling != "" {
				return "", errs.New(errs.Conflict, "payment.not_clear")
			}
		default:
			if err := s.reserve(ctx, may, p); err != nil {
				return "", err
			}
		}
	}
	return "", errs.New(errs.Conflict, "payment.busy")
}

// reserve makes the next attempt of p, unless somebody else has just done so.
func (s *Service) reserve(ctx context.Context, may mayTx, p Payment) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := may(ctx, tx); err != nil {
			return err
		}
		n, err := tx.ExecN(ctx, takeNumber, p.Owner, p.ID, p.attempts, before(StateStarted))
		if err != nil || n == 0 {
			return err
		}
		return store.Insert(ctx, tx, "payment_attempt", attemptRow{
			Owner: p.Owner, Payment: p.ID, Number: p.attempts + 1, Reference: id.New(), State: string(AttemptReserved),
		})
	})
}

// mayTx asks in a transaction whether somebody may still act for what is paid
// for. Whoever takes his right back at this moment waits for the transaction, or
// was faster.
type mayTx func(ctx context.Context, tx *store.Tx) error

// still is how to ask for an actor. Nobody takes the right to his own payments, as
// himself, from anybody.
func (s *Service) still(ctx context.Context, a policy.Actor, p Payment) (mayTx, error) {
	if s.d.Still == nil || a.Capacity == "" {
		return func(context.Context, *store.Tx) error { return nil }, nil
	}
	return s.d.Still(ctx, a, p)
}

// link is the address of an attempt that is open, for whoever may still pay.
func (s *Service) link(ctx context.Context, may mayTx, a Attempt) (payURL string, err error) {
	if err := s.ask(ctx, may); err != nil {
		return "", err
	}
	return a.PayURL, nil
}

// ask asks where nothing is written.
func (s *Service) ask(ctx context.Context, may mayTx) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error { return may(ctx, tx) })
}

// errTaken rolls a transaction back whose condition no longer holds.
var errTaken = errors.New("payment: somebody else was faster")

// open starts a reserved attempt at the provider and keeps its token. It
// returns "" if somebody else has just done so.
func (s *Service) open(ctx context.Context, may mayTx, p Payment, a Attempt) (payURL string, err error) {
	started, err := s.d.Gateway.Start(ctx, payments.Order{
		Reference: a.Reference, AmountRials: p.Amount, ReturnURL: s.d.BaseURL() + ReturnPath,
		Lang: string(p.Lang), Description: p.Title(p.Lang),
	})
	if err != nil {
		return "", err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := may(ctx, tx); err != nil { // nobody gets to the page that was opened for him
			return err
		}
		n, err := tx.ExecN(ctx, openAttempt, p.Owner, p.ID, a.Number, started.Token, started.PayURL, store.At(tx.Now()))
		if err != nil {
			return err
		}
		if n == 0 {
			return errTaken
		}
		n, err = tx.ExecN(ctx, startPayment, p.Owner, p.ID, a.Number, before(StateStarted))
		if err != nil {
			return err
		}
		if n == 0 {
			return errTaken
		}
		row := tokenRow{Token: started.Token, Owner: p.Owner, Payment: p.ID, Number: a.Number}
		if err := store.Insert(ctx, tx, "payment_token", row); err != nil {
			return err
		}
		return s.enqueueCheck(ctx, tx, Check{Token: started.Token, N: 1}, tx.Now())
	})
	switch {
	case errors.Is(err, errTaken):
		return "", nil
	case err != nil:
		return "", err
	}
	return started.PayURL, nil
}
