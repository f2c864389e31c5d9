// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"

	"github.com/tarazu/tarazu/internal/identity/factor"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// As long as a text message counts as a second step, an app or a passkey beside
// it protects from nothing that a stolen SIM card opens. Whoever has one of them,
// and recovery codes for the day on which it is lost, can turn the message off.

// AskForStep makes a challenge for whoever has given the password of c and wants
// to take the second step with a passkey. errs.NotFound: they have none here.
func (s *Service) AskForStep(ctx context.Context, c Challenge, from From) (factor.Challenge, error) {
	return s.factors.Begin(ctx, factor.Ask{Purpose: factor.ToStep, Person: c.Person, Session: from.Nonce})
}

// FinishByPasskey ends a sign-in with a passkey after the password. Errors are
// those of EnterByPasskey.
func (s *Service) FinishByPasskey(ctx context.Context, c Challenge, state, answer string, from From) (err error) {
	defer errs.Wrap(&err, "identity.FinishByPasskey")
	a, err := s.factors.Check(ctx, factor.Ask{Purpose: factor.ToStep, Person: c.Person, Session: from.Nonce}, state, answer)
	if err != nil {
		return err
	}
	if err := s.inUse(ctx, a.Person); err != nil {
		return err
	}
	return once(s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		if err := s.factors.UsePasskeyTx(ctx, tx, a); err != nil {
			return err
		}
		return s.signedInTx(ctx, tx, a.Person, from, "passkey")
	}))
}

// Standing is what a person has beside password and telephone.
func (s *Service) Standing(ctx context.Context, person string) (factor.Standing, error) {
	return s.factors.StandingOf(ctx, s.d.DB, person)
}

// SetSMSStep has a text message count as a's second step of signing in, or not.
// The caller has seen to a fresh proof. errs.Conflict, code
// identity.sms_off.needs: it can be turned off only by who has an app or a
// passkey, and recovery codes.
func (s *Service) SetSMSStep(ctx context.Context, a policy.Actor, on bool) (err error) {
	defer errs.Wrap(&err, "identity.SetSMSStep")
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if _, err := store.One[personRow](ctx, tx, sqlPersonForUpdate, a.Person); err != nil {
			return err
		}
		if !on {
			have, err := s.factors.StandingOf(ctx, tx, a.Person)
			if err != nil {
				return err
			}
			if !have.Second(s.factors.Offered()) || have.Codes == 0 {
				return errs.New(errs.Conflict, "identity.sms_off.needs")
			}
		}
		changed, err := s.factors.SetSMSOffTx(ctx, tx, a.Person, !on)
		if err != nil || !changed {
			return err
		}
		what := "sms_on"
		if !on {
			what = "sms_off"
		}
		if err := s.stage(ctx, tx, "identity."+what, a.Person, a.Person, a, wayFacts(a, "sms")); err != nil {
			return err
		}
		return s.alertTx(ctx, tx, a.Person, what)
	})
}

// secondLeftTx refuses to take the last second step of somebody who has turned
// the text message off. The caller holds the lock of the person's row.
func (s *Service) secondLeftTx(ctx context.Context, tx *store.Tx, person string) error {
	have, err := s.factors.StandingOf(ctx, tx, person)
	if err == nil && !have.SMS() && !have.Second(s.factors.Offered()) {
		err = errs.New(errs.Conflict, "identity.sms_off.last")
	}
	return err
}
