// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// knownFor is how long an address from which somebody signed in counts as
// theirs.
const knownFor = 90 * 24 * time.Hour

// SignIn is one entry of the list of sign-ins that a person is shown. Method
// is "code" (password and code), "totp" (password and app), "recovery" (password
// and recovery code), "passkey", "registration" or "demo".
type SignIn struct {
	At      time.Time
	Address string
	Method  string
}

// From is where a visitor comes from.
type From struct {
	Address string // network address
	Nonce   string // secret of the visitor's session: tells a double click from a replay
}

// Challenge is a sign-in whose password was right: the second step is still to
// come.
type Challenge struct {
	Person string
	Code   string // id of the code that was sent; "": none, because the person has another second step
	Mobile string
	App    bool // a code of their app does
}

// Login checks a password and has a code sent. errs.Invalid, code
// identity.login.wrong, whatever was wrong: no such account, no password, a
// wrong password. errs.RateLimited, code identity.login.limited: too many
// failures; the answer does not depend on whether there is an account either.
// errs.Conflict, code identity.login.no_contact: the password is right, and there
// is nowhere to send a code.
// errs.Invalid, code identity.closed: the password was right, and the account may
// not be used.
func (s *Service) Login(ctx context.Context, nationalCode, password string, from From) (_ Challenge, err error) {
	defer errs.Wrap(&err, "identity.Login")
	row, _, err := s.findRow(ctx, s.d.DB, nationalCode)
	if err != nil {
		return Challenge{}, err
	}
	brakes, err := s.loginBrakes(ctx, row.ID, nationalCode, from)
	if err != nil {
		return Challenge{}, err
	}
	// Every try counts before the password is looked at, so that parallel
	// guesses cannot slip through; a right one is given back.
	if err := s.take(ctx, "identity.login.limited", brakes...); err != nil {
		return Challenge{}, err
	}
	ok, stale, err := s.hasher.verify(ctx, row.Password, password)
	if err != nil {
		return Challenge{}, err
	}
	if !ok {
		return Challenge{}, errs.New(errs.Invalid, "identity.login.wrong")
	}
	if row.Status == NotConfirmed {
		return Challenge{}, errs.New(errs.Invalid, WhyNotConfirmed)
	}
	if row.Status != Active { // told only to who knows the password
		return Challenge{}, errs.New(errs.Invalid, "identity.closed")
	}
	return s.challenge(ctx, row, brakes, password, stale, from)
}

// loginBrakes picks the limits of one try. Addresses that the owner has used
// have a limit of their own each, which strangers cannot exhaust.
func (s *Service) loginBrakes(ctx context.Context, person, nationalCode string, from From) ([]brake, error) {
	known, err := store.One[int64](ctx, s.d.DB, sqlKnownAddress, person, from.Address, store.At(s.d.Clock.Now().Add(-knownFor)))
	if err != nil {
		return nil, err
	}
	account := brake{s.limits.LoginAccount, "login.account", []string{nationalCode}}
	if known > 0 {
		account = brake{s.limits.LoginKnown, "login.known", []string{nationalCode, from.Address}}
	}
	return []brake{account, {s.limits.LoginAddress, "login.address", []string{from.Address}}}, nil
}

// challenge is what follows a right password: the code, its limit, and the tries
// given back, in one transaction.
func (s *Service) challenge(ctx context.Context, row personRow, brakes []brake, password string, stale bool, from From) (Challenge, error) {
	fresh := ""
	if stale {
		var err error
		if fresh, err = s.hasher.hash(ctx, password); err != nil {
			return Challenge{}, err
		}
	}
	have, err := s.factors.StandingOf(ctx, s.d.DB, row.ID)
	if err != nil {
		return Challenge{}, err
	}
	// Whoever has an app asks for a message only if they need it.
	send := have.SMS() && have.Apps == 0 && row.person().Contact() != ""
	others := have.Second(s.factors.Offered()) || have.Codes > 0
	if !send && !others {
		return Challenge{}, errs.New(errs.Conflict, "identity.login.no_contact")
	}
	c := Challenge{Person: row.ID, Mobile: row.Mobile, App: have.Apps > 0}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		c.Code = ""
		if send {
			codeID, err := s.SendCodeTx(ctx, tx, loginCode(row.person()))
			switch {
			case err == nil, CodeWaits(err): // the wait is no failure: the code under way serves
				c.Code = codeID
			case isCode(err, "identity.code.number_lost") && others: // nothing goes there, and nothing needs to
			default:
				return err
			}
		}
		for _, b := range brakes {
			if err := s.giveBackTx(ctx, tx, b); err != nil {
				return err
			}
		}
		if fresh != "" {
			if err := tx.Exec(ctx, sqlRehash, row.ID, fresh, row.Password); err != nil {
				return err
			}
		}
		if c.Code == "" { // nothing is sent
			return nil
		}
		// Last, because everybody behind this address waits for its row.
		wait, err := s.takeTx(ctx, tx, brake{s.limits.CodeAddress, "code.address", []string{from.Address}})
		if err == nil && wait > 0 {
			err = errs.New(errs.RateLimited, "identity.login.limited", "minutes", minutes(wait))
		}
		return err
	})
	return c, err
}

// loginCode: one living code for one person's sign-in, from wherever.
func loginCode(p Person) Code {
	lang := p.Lang
	if lang == "" {
		lang = i18n.FA
	}
	return Code{Purpose: ForLogin, Person: p.ID, Mobile: p.Contact(), Subject: p.ID, Lang: lang}
}

// ResendLogin sends another code for a sign-in. errs.RateLimited while the last
// one is too young. errs.Conflict, code identity.code.off: the person has turned
// text messages off; the others are those of SendCodeTx.
func (s *Service) ResendLogin(ctx context.Context, c Challenge) (_ Challenge, err error) {
	defer errs.Wrap(&err, "identity.ResendLogin")
	p, err := s.Person(ctx, c.Person)
	if err != nil {
		return c, err
	}
	next := c
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		have, err := s.factors.StandingOf(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		if !have.SMS() {
			return errs.New(errs.Conflict, "identity.code.off")
		}
		codeID, err := s.SendCodeTx(ctx, tx, loginCode(p))
		if codeID != "" {
			next.Code = codeID
		}
		return err
	})
	return next, err
}

// SignedIn records a sign-in that did not go through FinishLogin.
func (s *Service) SignedIn(ctx context.Context, person string, from From, method string) (err error) {
	defer errs.Wrap(&err, "identity.SignedIn")
	return s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error { return s.signedInTx(ctx, tx, person, from, method) })
}

func (s *Service) signedInTx(ctx context.Context, tx *store.Tx, person string, from From, method string) error {
	return store.Insert(ctx, tx, "identity_signin", signInRow{
		Person: person, ID: id.New(), At: store.At(tx.Now()), Address: from.Address, Method: method,
	})
}

// SignIns lists a person's sign-ins, the newest first, at most 20.
func (s *Service) SignIns(ctx context.Context, person string) (_ []SignIn, err error) {
	defer errs.Wrap(&err, "identity.SignIns")
	rows, err := store.All[signInRow](ctx, s.d.DB, sqlSignIns, person, 20)
	out := make([]SignIn, len(rows))
	for i, r := range rows {
		out[i] = SignIn{At: r.At.Time, Address: r.Address, Method: r.Method}
	}
	return out, err
}
