// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"errors"

	"github.com/tarazu/tarazu/internal/identity/factor"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// FinishLogin enters the second factor of a sign-in: the code that was sent, or
// one of the person's app; after it the person is who they say. Errors are those
// of CheckCode, and identity.totp.wrong, identity.totp.used. The same visitor
// (From.Nonce) sending the same sent code twice within seconds is let in twice;
// anybody else is refused.
func (s *Service) FinishLogin(ctx context.Context, c Challenge, entered string, from From) (err error) {
	defer errs.Wrap(&err, "identity.FinishLogin")
	_, err = s.finishLogin(ctx, c, entered, from)
	return err
}

// finishLogin is FinishLogin that tells which factor it was.
func (s *Service) finishLogin(ctx context.Context, c Challenge, entered string, from From) (method string, err error) {
	return s.spendSecond(ctx, c, entered, from, func(tx *store.Tx, method string) error {
		return s.signedInTx(ctx, tx, c.Person, from, method)
	})
}

// second is the limit of guesses at codes that do not die of wrong tries. Only
// somebody who has the password can use it up.
func (s *Service) second(person string) brake {
	return brake{s.limits.LoginSecond, "login.second", []string{person}}
}

// spendSecond looks at a second factor and, the first time, uses it together
// with what also writes.
func (s *Service) spendSecond(ctx context.Context, c Challenge, entered string, from From, also func(tx *store.Tx, method string) error) (string, error) {
	app, err := s.factors.HasTOTP(ctx, s.d.DB, c.Person)
	if err != nil {
		return "", err
	}
	if app {
		if err := s.take(ctx, "identity.login.limited", s.second(c.Person)); err != nil {
			return "", err
		}
		err := s.d.DB.Write(ctx, func(tx *store.Tx) error {
			if err := s.factors.UseTOTPTx(ctx, tx, c.Person, entered); err != nil {
				return err
			}
			if err := s.giveBackTx(ctx, tx, s.second(c.Person)); err != nil {
				return err
			}
			return also(tx, "totp")
		})
		if c.Code == "" || !isField(err, "identity.totp.wrong") {
			return "totp", err
		}
	}
	return "code", s.spendSent(ctx, c, entered, from, func(tx *store.Tx) error {
		if app { // the code was no guess at the app's
			if err := s.giveBackTx(ctx, tx, s.second(c.Person)); err != nil {
				return err
			}
		}
		return also(tx, "code")
	})
}

// isField tells that err is about one field, for the reason code.
func isField(err error, code string) bool {
	e, ok := errors.AsType[*errs.Error](err)
	return ok && len(e.Fields) == 1 && e.Fields[0].Code == code
}

// spendSent is spendSecond for a code that was sent.
func (s *Service) spendSent(ctx context.Context, c Challenge, entered string, from From, also func(tx *store.Tx) error) error {
	var verdict error
	err := s.d.DB.Write(ctx, func(tx *store.Tx) error {
		var fresh bool
		var err error
		have, err := s.factors.StandingOf(ctx, tx, c.Person)
		if err != nil {
			return err
		}
		if !have.SMS() { // also a code that was sent before that
			verdict = errs.InvalidFields([]errs.Field{{Name: "code", Code: "identity.code.off"}})
			return nil
		}
		// The other half of a double click waits here and then finds the code used.
		if verdict, fresh, err = s.checkCodeTx(ctx, tx, c.Code, c.Person, entered, from.Nonce); err != nil || verdict != nil || !fresh {
			return err
		}
		if err := s.useCodeTx(ctx, tx, c.Code, from.Nonce); err != nil {
			return err
		}
		return also(tx)
	})
	if err != nil {
		return err
	}
	return verdict
}

// FinishByRecovery ends a sign-in with a recovery code, for whoever has lost
// their telephone; they are told so on every number we know. errs.Invalid, field
// "code": identity.recovery.wrong. errs.RateLimited: too many tries.
func (s *Service) FinishByRecovery(ctx context.Context, c Challenge, entered string, from From) (err error) {
	defer errs.Wrap(&err, "identity.FinishByRecovery")
	if err := s.take(ctx, "identity.login.limited", s.second(c.Person)); err != nil {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.factors.UseRecoveryTx(ctx, tx, c.Person, entered); err != nil {
			return err
		}
		if err := s.giveBackTx(ctx, tx, s.second(c.Person)); err != nil {
			return err
		}
		if err := s.alertTx(ctx, tx, c.Person, "recovery_used"); err != nil {
			return err
		}
		return s.signedInTx(ctx, tx, c.Person, from, "recovery")
	})
}

// HasApp tells whether a person has an app that makes codes.
func (s *Service) HasApp(ctx context.Context, person string) (bool, error) {
	return s.factors.HasTOTP(ctx, s.d.DB, person)
}

// OfferApp makes a secret for an app of a.
func (s *Service) OfferApp(ctx context.Context, a policy.Actor) (_ factor.Offer, err error) {
	defer errs.Wrap(&err, "identity.OfferApp")
	p, err := s.Person(ctx, a.Person)
	if err != nil {
		return factor.Offer{}, err
	}
	return s.factors.OfferTOTP(a.Person, a.Session, p.Name())
}

// OfferAppAgain is the same offer once more.
func (s *Service) OfferAppAgain(ctx context.Context, a policy.Actor, state string) (_ factor.Offer, err error) {
	defer errs.Wrap(&err, "identity.OfferAppAgain")
	p, err := s.Person(ctx, a.Person)
	if err != nil {
		return factor.Offer{}, err
	}
	return s.factors.OfferAgain(a.Person, a.Session, p.Name(), state)
}

// AddApp has codes of an app count from now on, in place of those of an older
// one. The caller has seen to a fresh proof.
func (s *Service) AddApp(ctx context.Context, a policy.Actor, state, code string) (err error) {
	defer errs.Wrap(&err, "identity.AddApp")
	n, err := s.factors.CheckNewTOTP(a.Person, a.Session, state, code)
	if err != nil {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.factors.SetTOTPTx(ctx, tx, n); err != nil {
			return err
		}
		if err := s.stage(ctx, tx, "identity.app_added", a.Person, a.Person, a, wayFacts(a, "totp")); err != nil {
			return err
		}
		return s.alertTx(ctx, tx, a.Person, "app_added")
	})
}

// RemoveApp ends it. errs.NotFound: there is none. errs.Conflict, code
// identity.sms_off.last: it is the last second step that is left.
func (s *Service) RemoveApp(ctx context.Context, a policy.Actor) (err error) {
	defer errs.Wrap(&err, "identity.RemoveApp")
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		// The lock puts it in line with what else needs the app.
		if _, err := store.One[personRow](ctx, tx, sqlPersonForUpdate, a.Person); err != nil {
			return err
		}
		if err := s.factors.DropTOTPTx(ctx, tx, a.Person); err != nil {
			return err
		}
		if err := s.secondLeftTx(ctx, tx, a.Person); err != nil {
			return err
		}
		if err := s.stage(ctx, tx, "identity.app_ended", a.Person, a.Person, a, wayFacts(a, "totp")); err != nil {
			return err
		}
		return s.alertTx(ctx, tx, a.Person, "app_ended")
	})
}

// MakeRecoveryCodes gives a new codes, which only the answer knows, and ends the
// earlier ones. The caller has seen to a fresh proof.
func (s *Service) MakeRecoveryCodes(ctx context.Context, a policy.Actor) (_ []string, err error) {
	defer errs.Wrap(&err, "identity.MakeRecoveryCodes")
	codes := factor.MakeRecovery()
	return codes, s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.factors.SetRecoveryTx(ctx, tx, a.Person, codes); err != nil {
			return err
		}
		if err := s.stage(ctx, tx, "identity.recovery_made", a.Person, a.Person, a, wayFacts(a, "recovery")); err != nil {
			return err
		}
		return s.alertTx(ctx, tx, a.Person, "recovery_made")
	})
}
