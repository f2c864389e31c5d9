// SPDX-License-Identifier: Apache-2.0

package payment

import (
	"context"
	"log/slog"

	"github.com/tarazu/tarazu/internal/gateway/payments"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Deps are what a Service needs; all of them, but People.
type Deps struct {
	DB      *store.DB
	Jobs    *jobs.Runner
	Ledger  *ledger.Ledger
	Gateway *payments.Client
	Policy  *policy.Engine
	Clock   clock.Clock
	BaseURL func() string // where browsers reach us, without a slash at the end
	Log     *slog.Logger

	// People are whose accounts may be merged; nil: no account ever is.
	People *identity.Service

	// Within tells whether what a payment is for is within the limit of somebody
	// who acts for the payer in some matters only; nil: nothing is.
	Within func(ctx context.Context, a policy.Actor, p Payment) bool

	// Still reads what it takes to ask, in the transaction of an act on a payment,
	// whether the actor may still act for what is paid for: what the rules allowed
	// before may have been taken back since. nil: nobody pays in somebody else's
	// name.
	Still func(ctx context.Context, a policy.Actor, p Payment) (func(ctx context.Context, tx *store.Tx) error, error)
}

// Service collects payments.
type Service struct{ d Deps }

// NewService makes the service and registers its job.
func NewService(d Deps) *Service {
	s := &Service{d: d}
	jobs.Handle(d.Jobs, checkKind, s.check)
	jobs.Handle(d.Jobs, jobRefund, s.refund)
	if d.People != nil {
		s.hear()
	}
	return s
}

// CreateTx writes a payment in the caller's transaction. It only writes, so it
// may be used in a blind transaction.
func (s *Service) CreateTx(ctx context.Context, tx *store.Tx, n New) (err error) {
	defer errs.Wrap(&err, "payment.CreateTx")
	sum, err := n.check()
	if err != nil {
		return err
	}
	return insertPayment(ctx, tx, Payment{
		ID: n.ID, Owner: n.Owner, Subject: n.Subject, Purpose: n.Purpose, Lang: n.Lang, ReturnTo: n.ReturnTo,
		TitleFA: n.TitleFA, TitleEN: n.TitleEN, Lines: n.Lines, Amount: sum, State: StateCreated, Created: tx.Now(),
	})
}

// VoidTx ends a payment that is no longer owed, with evidence, in the caller's
// transaction, which it reads in. Money that is paid for it from now on goes
// back to the payer by itself. errs.Conflict, code payment.too_late_to_void:
// it is paid, disputed, or its payment is being confirmed right now.
func (s *Service) VoidTx(ctx context.Context, tx *store.Tx, owner string, payment ID) (err error) {
	defer errs.Wrap(&err, "payment.VoidTx")
	p, err := s.find(ctx, tx, owner, payment)
	if err != nil {
		return err
	}
	n, err := tx.ExecN(ctx, voidPayment, p.Owner, payment, before(StateVoid))
	if err != nil {
		return err
	}
	p, err = loadPayment(ctx, tx, p.Owner, payment)
	switch {
	case err != nil:
		return err
	case n == 1:
		return s.stage(ctx, tx, eventVoid, p, map[string]string{})
	case p.State == StateVoid:
		return nil
	}
	return errs.New(errs.Conflict, "payment.too_late_to_void")
}

// Get returns a payment to somebody who may see it; to others it does not
// exist.
func (s *Service) Get(ctx context.Context, actor policy.Actor, payment ID) (_ Payment, err error) {
	defer errs.Wrap(&err, "payment.Get")
	p, err := loadPayment(ctx, s.d.DB, actor.Owner(), payment)
	if err != nil {
		return Payment{}, err
	}
	return p, s.may(ctx, actor, "payment.view", p)
}

// Refresh asks the provider about the payment's open attempt, if it has one. A
// page of the module that created the payment calls it when its reader waits
// for the payment. Errors are those of Settle.
func (s *Service) Refresh(ctx context.Context, owner string, payment ID) (err error) {
	defer errs.Wrap(&err, "payment.Refresh")
	p, err := s.find(ctx, s.d.DB, owner, payment)
	if err != nil || p.State == StatePaid {
		return err
	}
	a, found, err := s.lastAttempt(ctx, p)
	if err != nil || !found || !a.State.waits() {
		return err
	}
	_, err = s.Settle(ctx, a.Token)
	return err
}

// Of returns a payment to the module that created it; it asks no rules.
func (s *Service) Of(ctx context.Context, owner string, payment ID) (_ Payment, err error) {
	defer errs.Wrap(&err, "payment.Of")
	return s.find(ctx, s.d.DB, owner, payment)
}

// lastAttempt returns the newest attempt of p, or found false.
func (s *Service) lastAttempt(ctx context.Context, p Payment) (Attempt, bool, error) {
	if p.attempts == 0 {
		return Attempt{}, false, nil
	}
	return loadAttempt(ctx, s.d.DB, p.Owner, p.ID, p.attempts)
}
