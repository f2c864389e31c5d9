// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"

	"github.com/tarazu/tarazu/internal/identity/factor"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// AskToEnter makes a challenge for whoever wants to sign in with a passkey.
// errs.NotFound: this site has none.
func (s *Service) AskToEnter(ctx context.Context) (factor.Challenge, error) {
	return s.factors.Begin(ctx, factor.Ask{Purpose: factor.ToEnter})
}

// EnterByPasskey signs in whoever is at an authenticator: the passkey alone is
// enough, because it has checked its holder. errs.Invalid says why not, the same
// for all that does not fit. errs.Conflict, code identity.passkey.again: the
// answer has been used.
func (s *Service) EnterByPasskey(ctx context.Context, state, answer string, from From) (person string, err error) {
	defer errs.Wrap(&err, "identity.EnterByPasskey")
	a, err := s.factors.Check(ctx, factor.Ask{Purpose: factor.ToEnter}, state, answer)
	if err != nil {
		return "", err
	}
	if err := s.inUse(ctx, a.Person); err != nil {
		return "", err
	}
	err = s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		if err := s.factors.UsePasskeyTx(ctx, tx, a); err != nil {
			return err
		}
		return s.signedInTx(ctx, tx, a.Person, from, "passkey")
	})
	return a.Person, once(err)
}

// AskToProve makes a challenge for somebody who is signed in. errs.NotFound:
// they have no passkey.
func (s *Service) AskToProve(ctx context.Context, a policy.Actor) (factor.Challenge, error) {
	return s.factors.Begin(ctx, factor.Ask{Purpose: factor.ToProve, Person: a.Person, Session: a.Session})
}

// ProveByPasskey says that a is at one of their authenticators, in this session,
// now. Errors are those of EnterByPasskey.
func (s *Service) ProveByPasskey(ctx context.Context, a policy.Actor, state, answer string) (err error) {
	defer errs.Wrap(&err, "identity.ProveByPasskey")
	done, err := s.factors.Check(ctx, factor.Ask{Purpose: factor.ToProve, Person: a.Person, Session: a.Session}, state, answer)
	if err != nil {
		return err
	}
	return once(s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error { return s.factors.UsePasskeyTx(ctx, tx, done) }))
}

// AskForPasskey makes a challenge for a new passkey of a. errs.Conflict, code
// identity.passkey.too_many.
func (s *Service) AskForPasskey(ctx context.Context, a policy.Actor) (_ factor.Challenge, err error) {
	defer errs.Wrap(&err, "identity.AskForPasskey")
	p, err := s.Person(ctx, a.Person)
	if err != nil {
		return factor.Challenge{}, err
	}
	return s.factors.Begin(ctx, factor.Ask{Purpose: factor.ToAdd, Person: a.Person, Session: a.Session, Name: p.Name()})
}

// AddPasskey writes the passkey that an authenticator has made for a, and tells
// them so by text message. The caller has seen to a fresh proof.
func (s *Service) AddPasskey(ctx context.Context, a policy.Actor, state, answer, name string) (_ factor.Passkey, err error) {
	defer errs.Wrap(&err, "identity.AddPasskey")
	r, err := s.factors.CheckNew(a.Person, a.Session, state, answer, name)
	if err != nil {
		return factor.Passkey{}, err
	}
	var key factor.Passkey
	err = s.d.DB.Write(ctx, func(tx *store.Tx) (err error) {
		if key, err = s.factors.AddPasskeyTx(ctx, tx, r); err != nil {
			return err
		}
		if err := s.stage(ctx, tx, "identity.passkey_added", a.Person, key.ID, a, wayFacts(a, key.ID)); err != nil {
			return err
		}
		return s.alertTx(ctx, tx, a.Person, "passkey_added")
	})
	return key, once(err)
}

// RemovePasskey ends a passkey of a. It bites at once. errs.NotFound: they have
// no such passkey. errs.Conflict: identity.ways.last, nothing else would be left
// to sign in with; identity.sms_off.last, no second step.
func (s *Service) RemovePasskey(ctx context.Context, a policy.Actor, passkey string) (err error) {
	defer errs.Wrap(&err, "identity.RemovePasskey")
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		// The lock puts two removals at once in line.
		row, err := store.One[personRow](ctx, tx, sqlPersonForUpdate, a.Person)
		if err != nil {
			return err
		}
		if err := s.factors.EndPasskeyTx(ctx, tx, a.Person, passkey); err != nil {
			return err
		}
		if row.Password == "" {
			left, err := s.factors.CountPasskeysTx(ctx, tx, a.Person)
			if err != nil {
				return err
			}
			if left == 0 {
				return errs.New(errs.Conflict, "identity.ways.last")
			}
		} else if err := s.secondLeftTx(ctx, tx, a.Person); err != nil {
			return err
		}
		if err := s.stage(ctx, tx, "identity.passkey_ended", a.Person, passkey, a, wayFacts(a, passkey)); err != nil {
			return err
		}
		return s.alertTx(ctx, tx, a.Person, "passkey_ended")
	})
}

// RenamePasskey gives a passkey of a another name.
func (s *Service) RenamePasskey(ctx context.Context, a policy.Actor, passkey, name string) error {
	return s.factors.RenamePasskey(ctx, a.Person, passkey, name)
}

// wayFacts are the evidence of a change to somebody's ways of signing in.
func wayFacts(a policy.Actor, way string) map[string]any {
	return map[string]any{"person": a.Person, "way": way}
}

// once turns the second use of something into words for whoever waits.
func once(err error) error {
	if errs.Is(err, errs.Conflict) && !isCode(err, "identity.passkey.too_many") {
		return errs.New(errs.Conflict, "identity.passkey.again").Because(err)
	}
	return err
}
