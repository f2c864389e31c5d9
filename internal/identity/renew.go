// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// A registration of somebody who has an account shows that a registry and the
// owner of a telephone agree: level 1. That may renew the password of an account
// that never was more. How somebody gets back into any other is package
// recovery's matter; here is what it stands on.

// WhyRecovered is the end of what was proved before an account was recovered
// after a waiting period; a locale key.
const WhyRecovered = "identity.proof.recovered"

const (
	sqlEverSeen   = `SELECT count(*) FROM identity_proof WHERE person = $1 AND level >= $2 AND ended_why <> $3`
	sqlNoPassword = `SELECT count(*) FROM identity_person WHERE id = $1 AND password = ''`
	sqlSetContact = `UPDATE identity_person SET mobile = $2, email = $3 WHERE id = $1`
)

// KnownRegistration is a registration whose code was right a short while ago,
// and the account that was found. errs.Conflict, code identity.register.step.
func (s *Service) KnownRegistration(ctx context.Context, regID string) (_ Registration, _ Person, err error) {
	defer errs.Wrap(&err, "identity.KnownRegistration")
	reg, err := s.Registration(ctx, regID)
	if errs.Is(err, errs.NotFound) || err == nil && (reg.State != Known || reg.stale(s.d.Clock.Now())) {
		err = errs.New(errs.Conflict, "identity.register.step").Because(err)
	}
	if err != nil {
		return reg, Person{}, err
	}
	p, err := s.Person(ctx, reg.Person)
	return reg, p, err
}

// Guarded tells whether more than registry and telephone stands before an
// account: it was level 2 once, or there is a passkey, an app or a recovery
// code. Levels that only a lost number took away still guard it, and so does what
// stands before an account that was merged into it. Nothing but the telephone
// stands before one that was made for somebody and never had a password: its
// owner comes in for the first time.
func (s *Service) Guarded(ctx context.Context, q store.Querier, person string) (_ bool, err error) {
	defer errs.Wrap(&err, "identity.Guarded")
	all, err := s.oneWith(ctx, q, person)
	if err != nil {
		return false, err
	}
	if have, err := s.factors.StandingOf(ctx, q, person); err != nil || have.Any() {
		return have.Any(), err
	}
	bare, err := store.One[int64](ctx, q, sqlNoPassword, person)
	if err != nil || bare > 0 && len(all) == 1 {
		return false, err
	}
	for _, p := range all {
		have, err := s.factors.StandingOf(ctx, q, p)
		if err != nil || have.Any() {
			return have.Any(), err
		}
		seen, err := store.One[int64](ctx, q, sqlEverSeen, p, SeenRemotely, WhyRecovered)
		if err != nil || seen > 0 {
			return seen > 0, err
		}
	}
	return false, nil
}

// HashPassword makes the text of a new password that is kept. errs.Invalid,
// field password: it is not good enough.
func (s *Service) HashPassword(ctx context.Context, p Person, password string) (_ string, err error) {
	defer errs.Wrap(&err, "identity.HashPassword")
	if code := checkPassword(password, p.NationalCode, LocalMobile(p.Mobile), p.FirstName, p.LastName, p.Birth.JalaliString()); code != "" {
		return "", errs.InvalidFields([]errs.Field{{Name: "password", Code: code, Args: []any{"min", MinPassword, "max", MaxPassword}}})
	}
	return s.hasher.hash(ctx, password)
}

// TrySecond counts a guess at a recovery code of somebody. errs.RateLimited.
func (s *Service) TrySecond(ctx context.Context, person string) error {
	return s.take(ctx, "identity.login.limited", s.second(person))
}

// SpendRecoveryTx uses a recovery code and gives the guess back. Errors are
// those of FinishByRecovery.
func (s *Service) SpendRecoveryTx(ctx context.Context, tx *store.Tx, person, code string) (err error) {
	defer errs.Wrap(&err, "identity.SpendRecoveryTx")
	if err := s.factors.UseRecoveryTx(ctx, tx, person, code); err != nil {
		return err
	}
	return s.giveBackTx(ctx, tx, s.second(person))
}

// Renewal is how an account is recovered.
type Renewal struct {
	Password string // of HashPassword
	Clear    bool   // passkeys, app and recovery codes end
	Lower    bool   // what was proved ends; what the registers say stands
	Source   string // for the evidence
	Ref      string
}

// RenewTx ends a known registration by giving its account a new password and,
// where the registration proved another one, a new number or address. Tokens end
// with it, sessions right after, and both the old and the new number are told.
// Whether this is enough for that account is the caller's matter. errs.Conflict:
// the registration was used, or the account is closed.
func (s *Service) RenewTx(ctx context.Context, tx *store.Tx, reg Registration, r Renewal) (err error) {
	defer errs.Wrap(&err, "identity.RenewTx")
	row, err := store.One[personRow](ctx, tx, sqlPersonForUpdate, reg.Person)
	if err != nil {
		return err
	}
	p := row.person()
	if p.Status != Active {
		return errs.New(errs.Conflict, "identity.closed")
	}
	if err := tx.ExecOne(ctx, sqlDone, reg.ID, p.ID, store.At(tx.Now()), Known); err != nil {
		return err
	}
	moved := !reg.reaches(p)
	if moved {
		if err := s.moveTx(ctx, tx, p, reg); err != nil {
			return err
		}
	} else if p.NationalCode != "" && p.Mobile != "" && reg.Mobile == p.Mobile { // the registry has just said whose it is
		if err := s.NumberOwnedTx(ctx, tx, p.ID, p.Mobile); err != nil {
			return err
		}
	}
	if err := s.setPasswordTx(ctx, tx, p.ID, r.Password); err != nil {
		return err
	}
	if r.Clear {
		if err := s.factors.ClearTx(ctx, tx, p.ID); err != nil {
			return err
		}
	}
	level := p.Assurance
	if r.Lower {
		if err := s.EndProofsTx(ctx, tx, p.ID, policy.Actor{Role: policy.System}, WhyRecovered); err != nil {
			return err
		}
		level = SelfDeclared
	}
	if way := reg.found.Way; way.Level() > level {
		if err := s.AddProofTx(ctx, tx, Proof{Person: p.ID, Way: way, By: policy.Actor{Role: policy.System}}); err != nil {
			return err
		}
	}
	facts := map[string]any{
		"person": p.ID, "judicial_id": p.JudicialID, "source": r.Source, "ref": r.Ref, "contact_changed": moved, "ways_ended": r.Clear, "proofs_ended": r.Lower,
	}
	if err := s.stage(ctx, tx, "identity.recovered", p.ID, p.ID, policy.Actor{Person: p.ID, Role: policy.Citizen}, facts); err != nil {
		return err
	}
	return s.alertTx(ctx, tx, p.ID, "recovered")
}

// setPasswordTx writes a new password and ends what was opened with the old one.
func (s *Service) setPasswordTx(ctx context.Context, tx *store.Tx, person, hash string) error {
	if err := tx.ExecOne(ctx, sqlSetPassword, person, hash, store.At(tx.Now())); err != nil {
		return err
	}
	if err := tx.Exec(ctx, sqlRevokeTokens, person, store.At(tx.Now())); err != nil {
		return err
	}
	return s.d.Jobs.EnqueueTx(ctx, tx, jobRevoke, revokeJob{Person: person, Before: id.New()})
}

// moveTx has codes and alerts of p go where a registration has proved that they
// arrive. Whoever has the old number or address is told.
func (s *Service) moveTx(ctx context.Context, tx *store.Tx, p Person, to Registration) error {
	if old := p.Contact(); old != "" {
		if err := s.d.Jobs.EnqueueTx(ctx, tx, jobAlert, alertJob{ID: id.New(), Person: p.ID, What: "contact_changed", To: old}); err != nil {
			return err
		}
	}
	mobile, email := to.Mobile, p.Email
	if to.Email != "" {
		mobile, email = "", to.Email
	}
	return s.setContactTx(ctx, tx, p.ID, mobile, email)
}

// setContactTx writes where codes go. The number begins anew with the registry
// of SIM cards.
func (s *Service) setContactTx(ctx context.Context, tx *store.Tx, person, mobile, email string) error {
	if err := tx.ExecOne(ctx, sqlSetContact, person, mobile, email); err != nil {
		return err
	}
	if err := tx.Exec(ctx, sqlNoteNumber, person, store.At(tx.Now())); err != nil {
		return err
	}
	return tx.Exec(ctx, sqlNumberBegins, person, mobile, store.At(tx.Now()), store.At(tx.Now().Add(askNumber)))
}
