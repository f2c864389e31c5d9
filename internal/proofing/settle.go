// SPDX-License-Identifier: Apache-2.0

package proofing

import (
	"context"
	"errors"

	"github.com/tarazu/tarazu/internal/gateway/proofing"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Settle asks the broker how the attempt with token stands and does what follows;
// it is right to call it at any time, any number of times, also at once, and
// whoever asks for it: only the broker's own word counts. It returns the attempt
// as it stands afterwards. errs.NotFound: no attempt has this token.
// errs.Unavailable: the broker does not answer; the job asks again.
func (s *Service) Settle(ctx context.Context, token string) (_ Try, err error) {
	defer errs.Wrap(&err, "proofing.Settle")
	o, t, err := s.byToken(ctx, token)
	if err != nil || t.State != TryOpen {
		return t, err
	}
	p, err := s.d.Identity.Person(ctx, o.Owner)
	if err != nil {
		return t, err
	}
	subject, err := s.subject(ctx, p)
	if err != nil {
		return t, err
	}
	r, err := s.d.Gateway.Status(ctx, token, t.Reference, subject)
	switch {
	case errs.Is(err, errs.NotFound):
		r = proofing.Result{State: proofing.State(TryLost)}
	case err != nil:
		return t, err
	case r.State == proofing.Live && r.Broker != o.Broker: // somebody else's word
		return t, errs.New(errs.Unavailable, "gateway.proofing.down").Because(errors.New("another broker answered"))
	}
	if r.State != proofing.Open {
		if err := s.end(ctx, o, t, r); err != nil {
			return t, err
		}
	}
	_, t, err = s.byToken(ctx, token)
	return t, err
}

// end writes how an attempt ended, once, and what follows from it.
func (s *Service) end(ctx context.Context, o Order, t Try, r proofing.Result) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		now := store.At(tx.Now())
		n, err := tx.ExecN(ctx, endTry, o.Owner, o.ID, t.Number, string(r.State), r.Evidence, now)
		if err != nil || n == 0 { // ended already
			return err
		}
		if err := s.tellLaterTx(ctx, tx, t); err != nil {
			return err
		}
		switch {
		case r.State == proofing.Live:
			return s.provedTx(ctx, tx, o, r)
		case TryState(r.State).Counts():
			if err := tx.ExecOne(ctx, countTry, o.Owner, o.ID); err != nil {
				return err
			}
		}
		return tx.Exec(ctx, orderUsed, o.Owner, o.ID, now, Attempts, s.sessions())
	})
}

// provedTx writes the proof. An account that was closed meanwhile gets none, and
// an order that has ended, whose money may have gone back, proves nothing.
func (s *Service) provedTx(ctx context.Context, tx *store.Tx, o Order, r proofing.Result) error {
	n, err := tx.ExecN(ctx, orderProved, o.Owner, o.ID, store.At(tx.Now()))
	if err != nil || n == 0 {
		return err
	}
	status, _, err := s.d.Identity.StatusOf(ctx, tx, o.Owner)
	if err != nil || status != identity.Active {
		return err
	}
	return s.d.Identity.AddProofTx(ctx, tx, identity.Proof{Person: o.Owner, Way: identity.ByVideo, Ref: r.Broker + ":" + r.Evidence})
}

func (s *Service) byToken(ctx context.Context, token string) (Order, Try, error) {
	k, found, err := store.Find[tokenRow](ctx, s.d.DB, selectToken, token)
	if err == nil && !found {
		err = errs.New(errs.NotFound, "proofing.video.not_found")
	}
	if err != nil {
		return Order{}, Try{}, err
	}
	o, err := loadOrder(ctx, s.d.DB, k.Owner, k.Order)
	if err != nil {
		return Order{}, Try{}, err
	}
	t, found, err := loadTry(ctx, s.d.DB, k.Owner, k.Order, k.Number)
	if err == nil && !found {
		err = errors.New("proofing: a token without its attempt")
	}
	return o, t, err
}
