// SPDX-License-Identifier: Apache-2.0

package proofing

import (
	"cmp"
	"context"
	"errors"

	"github.com/tarazu/tarazu/internal/gateway/proofing"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// errTaken rolls a transaction back whose condition no longer holds.
var errTaken = errors.New("proofing: somebody else was faster")

// Begin starts an attempt, or goes on with the one that is open; two presses at
// once get the same. errs.Conflict, code proofing.video.…: there is none to be
// had. errs.Unavailable: the broker does not answer; begin again later.
// errs.RateLimited: too many in a short time.
func (s *Service) Begin(ctx context.Context, a policy.Actor, order string) (_ Try, err error) {
	defer errs.Wrap(&err, "proofing.Begin")
	// Each round ends, or somebody else has moved the order on meanwhile.
	for range 4 {
		o, last, err := s.Order(ctx, a, order)
		switch {
		case err != nil:
			return Try{}, err
		case o.State == Unpaid:
			return Try{}, errs.New(errs.Conflict, "proofing.video.unpaid")
		case o.State != Ready:
			return Try{}, errs.New(errs.Conflict, "proofing.video.over")
		}
		if s.spent(o, last) {
			return Try{}, errs.New(errs.Conflict, "proofing.video.spent")
		}
		switch last.State {
		case TryReserved:
			if last, err = s.open(ctx, o, last); err != nil || last.State == TryOpen {
				return last, err
			}
		case TryOpen:
			if now, err := s.Settle(ctx, last.Token); err != nil || now.State == TryOpen {
				return now, err
			}
		default:
			if err := s.d.Identity.Brake(ctx, "proofing.video.limited", "proofing", a.Person); err != nil {
				return Try{}, err
			}
			if err := s.reserve(ctx, o); err != nil {
				return Try{}, err
			}
		}
	}
	return Try{}, errs.New(errs.Conflict, "proofing.video.busy")
}

// reserve makes the next attempt of o, unless somebody else has just done so.
func (s *Service) reserve(ctx context.Context, o Order) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.ExecN(ctx, takeTry, o.Owner, o.ID, o.tries, Attempts, s.sessions())
		if err != nil || n == 0 {
			return err
		}
		return store.Insert(ctx, tx, "proofing_try", tryRow{Owner: o.Owner, Order: o.ID, Number: o.tries + 1, Reference: id.New(), State: TryReserved})
	})
}

// open starts a reserved attempt at the broker and keeps its token.
func (s *Service) open(ctx context.Context, o Order, t Try) (Try, error) {
	p, err := s.d.Identity.Person(ctx, o.Owner)
	if err != nil {
		return t, err
	}
	subject, err := s.subject(ctx, p)
	if err != nil {
		return t, err
	}
	started, err := s.d.Gateway.Start(ctx, proofing.Order{
		Reference: t.Reference, Broker: o.Broker, Subject: subject, Birth: p.Birth, FirstName: p.FirstName, LastName: p.LastName,
		Lang: string(o.Lang), ReturnURL: s.d.BaseURL + pathReturn, CallbackURL: s.d.BaseURL + pathCallback,
	})
	if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Conflict) { // this broker does not take it
		refused := s.d.DB.Write(ctx, func(tx *store.Tx) error {
			now := store.At(tx.Now())
			if err := tx.Exec(ctx, refuseTry, o.Owner, o.ID, t.Number, now); err != nil {
				return err
			}
			return tx.Exec(ctx, orderUsed, o.Owner, o.ID, now, Attempts, s.sessions())
		})
		return t, cmp.Or(refused, error(errs.New(errs.Conflict, "proofing.video.no_broker").Because(err)))
	}
	if err != nil {
		return t, err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		now := tx.Now()
		n, err := tx.ExecN(ctx, openTry, o.Owner, o.ID, t.Number, started.Token, started.PageURL, store.At(now))
		if err != nil {
			return err
		}
		if n == 0 {
			return errTaken
		}
		if err := store.Insert(ctx, tx, "proofing_token", tokenRow{Token: started.Token, Owner: o.Owner, Order: o.ID, Number: t.Number}); err != nil {
			return err
		}
		t.State, t.Token, t.PageURL, t.Started = TryOpen, started.Token, started.PageURL, now
		return s.enqueueCheck(ctx, tx, check{Token: started.Token, N: 1}, now)
	})
	if errors.Is(err, errTaken) {
		return Try{State: TryReserved}, nil // the next round reads what there is
	}
	return t, err
}

// subject is the number by which the broker's registries know somebody.
func (s *Service) subject(ctx context.Context, p identity.Person) (string, error) {
	if p.NationalCode != "" {
		return p.NationalCode, nil
	}
	list, err := s.d.Identity.Identifiers(ctx, p.ID)
	if err != nil {
		return "", err
	}
	for _, kind := range []identity.IdentifierKind{identity.ForeignCode, identity.Passport} {
		for _, n := range list {
			if n.Kind == kind && n.Until.IsZero() {
				return n.Value, nil
			}
		}
	}
	return "", errs.New(errs.Conflict, "proofing.video.not_for_you")
}
