// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"errors"
	"time"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// firstWait is how soon a registry that did not answer is asked again; the
// waits double up to longestWait.
const (
	firstWait   = 30 * time.Second
	longestWait = 10 * time.Minute
)

// registerStrangers is how many addresses may use up the questions about one
// person or number before all have to wait.
const registerStrangers = 10

// Entries are what a visitor types to register, checked for form already.
type Entries struct {
	Class        Class          // "" is Resident
	NationalCode string         // ten digits; of a resident
	Kind         IdentifierKind // what Number is; of everybody else
	Number       string         // consular case, comprehensive code or passport
	Issuer       string         // country of the passport
	Birth        civil.Day      // birth date as on the identity card
	Mobile       string         // E.164; "" if the code goes to Email
	Email        string
	Country      string // of residence; "" is Home
	Zone         string // time zone; "" is Asia/Tehran
	Province     string // of a resident, if they say
	Lang         i18n.Lang
	Address      string // network address of the visitor, for limits
}

// Contact is where the code goes.
func (e Entries) Contact() string {
	if e.Email != "" {
		return e.Email
	}
	return e.Mobile
}

// who names the person whom the entries are about, for limits.
func (e Entries) who() string {
	if e.NationalCode != "" {
		return e.NationalCode
	}
	return string(e.Kind) + " " + e.Issuer + " " + e.Number
}

// same tells whether nothing was changed but where it was typed.
func (e Entries) same(o Entries) bool {
	e.Address, e.Lang, o.Address, o.Lang = "", "", "", ""
	return e == o
}

// Start begins the registration called regID (an id of the visitor's session)
// or takes it up with mended entries, asks the registries, and sends a code.
// The state of the answer says where it stands:
//
//   - CodeOut: a code is on its way (also if there is an account: see package).
//   - Waiting: a registry does not answer; everything is kept.
//   - Refused: Cause says why; an errs.Invalid with the field comes with it.
//   - Proved, Known, Done: it had come that far before; nothing was changed.
//
// errs.RateLimited: too many questions; the entries are kept.
func (s *Service) Start(ctx context.Context, regID string, e Entries) (_ Registration, err error) {
	defer errs.Wrap(&err, "identity.Start")
	if e.Class == "" {
		e.Class = Resident
	}
	if e.Country == "" {
		e.Country = Home
	}
	if e.Birth > civil.Of(s.d.Clock.Now()) {
		return Registration{}, errs.InvalidFields([]errs.Field{{Name: "birth", Code: "identity.register.birth_future"}})
	}
	reg, fresh, err := s.saveEntries(ctx, regID, e)
	if err != nil || !fresh {
		return reg, err
	}
	err = s.take(ctx, "identity.register.limited",
		brake{s.limits.RegisterAddress, "register.address", []string{e.Address}},
		// Apart for each address: a stranger who asks about somebody again and again
		// does not keep them from registering, or from the way back.
		brake{s.limits.RegisterIdentity, "register.identity", []string{e.who(), e.Address}},
		brake{s.limits.RegisterIdentity.times(registerStrangers), "register.identity.all", []string{e.who()}},
		brake{s.limits.RegisterMobile, "register.mobile", []string{e.Contact(), e.Address}},
		brake{s.limits.RegisterMobile.times(registerStrangers), "register.mobile.all", []string{e.Contact()}},
		brake{s.limits.CodeAddress, "code.address", []string{e.Address}})
	if err != nil {
		return reg, err
	}
	v, err := s.inquire(ctx, reg.Entries)
	switch {
	case err != nil:
		return reg, err
	case v.down:
		return s.judged(ctx, reg, Waiting, v)
	case !v.fine():
		reg, err = s.judged(ctx, reg, Refused, v)
		if err == nil {
			err = refusal(v.cause)
		}
		return reg, err
	}
	return s.sendRegistrationCode(ctx, reg, v.who)
}

// saveEntries writes what was typed before anybody is asked. fresh is false if
// there is nothing to ask: the registration is past its code, or the same
// entries have brought it to a code already (a double click, or the way back).
func (s *Service) saveEntries(ctx context.Context, regID string, e Entries) (reg Registration, fresh bool, err error) {
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		// The insert comes first: a parallel one waits for it, and then finds
		// its row, locked until it is decided.
		if err := tx.Exec(ctx, sqlNewRegistration, regID, store.At(tx.Now())); err != nil {
			return err
		}
		row, err := store.One[registrationRow](ctx, tx, sqlRegistrationForUpdate, regID)
		if err != nil {
			return err
		}
		same := row.registration().same(e)
		if row.registration().past() || same && (row.State == CodeOut && s.codeAlive(ctx, tx, row.Code) || row.State == Waiting) {
			reg, fresh = row.registration(), false
			return nil
		}
		if err := tx.Exec(ctx, sqlMendEntries, regID, e.NationalCode, e.Birth, e.Mobile, e.Lang, store.At(tx.Now()),
			e.Class, e.Kind, e.Number, e.Issuer, e.Email, e.Country, e.Zone, e.Province); err != nil {
			return err
		}
		row, err = store.One[registrationRow](ctx, tx, sqlRegistration, regID)
		reg, fresh = row.registration(), true
		return err
	})
	return reg, fresh, err
}

func (s *Service) codeAlive(ctx context.Context, q store.Querier, codeID string) bool {
	row, found, err := store.Find[codeRow](ctx, q, sqlCode, codeID)
	return err == nil && found && row.Used.IsZero() && row.Tries < CodeTries && s.d.Clock.Now().Before(row.Expires.Time)
}

// refusal puts a cause beside the field that may be mended.
func refusal(cause string) error {
	field := "national_code"
	switch cause {
	case CauseOtherMobile, CauseOtherContact:
		field = "mobile"
	case CauseNoReference, CauseConsularPending, CauseConsularRefused, CauseConsularExpired, CauseNoForeigner:
		field = "number"
	}
	return errs.InvalidFields([]errs.Field{{Name: field, Code: "identity.register." + cause}})
}

// judged writes what the registries said about the entries of reg.
func (s *Service) judged(ctx context.Context, reg Registration, to State, v verdict) (Registration, error) {
	err := s.d.DB.Write(ctx, func(tx *store.Tx) error { return s.judgedTx(ctx, tx, reg, 0, to, v) })
	if errs.Is(err, errs.Conflict) { // the other half of a double click was faster
		return s.Registration(ctx, reg.ID)
	}
	reg.State, reg.Cause = to, v.cause
	return reg, err
}

func (s *Service) judgedTx(ctx context.Context, tx *store.Tx, reg Registration, tries int64, to State, v verdict) error {
	next := time.Time{}
	if to == Waiting {
		wait := longestWait
		if tries < 5 {
			wait = min(firstWait<<tries, longestWait)
		}
		next = tx.Now().Add(wait)
	}
	invite := ""
	if to == Ready || (to == Refused && reg.State == Waiting) {
		invite = inviteHash(s.inviteToken(reg.ID))
	}
	return tx.ExecOne(ctx, sqlJudged, reg.ID, reg.State, to, v.cause, v.who.FirstName, v.who.LastName, v.who.FatherName, v.who.text(),
		store.At(next), invite, store.At(tx.Now()), reg.NationalCode, reg.Birth, reg.Mobile, reg.Number, reg.Email)
}

// sendRegistrationCode sends the code and marks the registration.
func (s *Service) sendRegistrationCode(ctx context.Context, reg Registration, who found) (Registration, error) {
	send := func(tx *store.Tx) error {
		codeID, err := s.SendCodeTx(ctx, tx, Code{Purpose: ForRegistration, Mobile: reg.Contact(), Subject: reg.ID, Lang: reg.Lang})
		if err != nil && !CodeWaits(err) {
			return err // the wait is no failure: the code under way serves
		}
		reg.Code = codeID
		return tx.ExecOne(ctx, sqlCodeOut, reg.ID, codeID, who.FirstName, who.LastName, who.FatherName, who.text(), store.At(tx.Now()))
	}
	err := s.d.DB.Write(ctx, send)
	if errs.Is(err, errs.Conflict) { // a double click
		if now, rerr := s.Registration(ctx, reg.ID); rerr == nil && now.State == CodeOut {
			return now, nil
		}
	}
	if err != nil {
		return reg, err
	}
	reg.State = CodeOut
	return reg, nil
}

// Resend sends another code for a registration that has had one, or the first
// for one that was invited. errs.RateLimited while the last one is too young.
func (s *Service) Resend(ctx context.Context, regID string) (_ Registration, err error) {
	defer errs.Wrap(&err, "identity.Resend")
	reg, err := s.Registration(ctx, regID)
	if err != nil {
		return reg, err
	}
	if reg.State != CodeOut && reg.State != Ready {
		return reg, nil
	}
	who := reg.found
	who.FirstName, who.LastName, who.FatherName = reg.FirstName, reg.LastName, reg.FatherName
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		codeID, err := s.SendCodeTx(ctx, tx, Code{Purpose: ForRegistration, Mobile: reg.Contact(), Subject: reg.ID, Lang: reg.Lang})
		if err != nil {
			return err
		}
		return tx.ExecOne(ctx, sqlCodeOut, reg.ID, codeID, who.FirstName, who.LastName, who.FatherName, who.text(), store.At(tx.Now()))
	})
	if err != nil {
		return reg, err
	}
	return s.Registration(ctx, regID)
}

// Prove enters the code of a registration. From then on, and not before, it is
// known whether there is an account: state Proved or Known.
func (s *Service) Prove(ctx context.Context, regID, entered string) (_ Registration, err error) {
	defer errs.Wrap(&err, "identity.Prove")
	reg, err := s.Registration(ctx, regID)
	if err != nil || reg.State != CodeOut {
		return reg, err
	}
	if err := s.CheckCode(ctx, reg.Code, reg.ID, entered); err != nil {
		if now, rerr := s.Registration(ctx, regID); rerr == nil && now.State != CodeOut {
			return now, nil // the other half of a double click was faster
		}
		return reg, err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.UseCodeTx(ctx, tx, reg.Code); err != nil {
			return err
		}
		person, known, err := s.findNew(ctx, tx, reg.newPerson())
		if err != nil {
			return err
		}
		to := Proved
		if known {
			to = Known
		}
		return tx.ExecOne(ctx, sqlProved, reg.ID, to, person.ID, store.At(tx.Now()))
	})
	if err != nil && !errs.Is(err, errs.Conflict) {
		return reg, err
	}
	now, rerr := s.Registration(ctx, regID)
	if rerr == nil && now.State == CodeOut && err != nil {
		return now, err
	}
	return now, rerr
}

// Registration reads one. errs.NotFound, code identity.register.gone: it was
// never there, or it is too old.
func (s *Service) Registration(ctx context.Context, regID string) (_ Registration, err error) {
	defer errs.Wrap(&err, "identity.Registration")
	row, found, err := store.Find[registrationRow](ctx, s.d.DB, sqlRegistration, regID)
	if err == nil && !found {
		err = errs.New(errs.NotFound, "identity.register.gone")
	}
	return row.registration(), err
}

// isCode tells whether err carries the locale code.
func isCode(err error, code string) bool {
	e, ok := errors.AsType[*errs.Error](err)
	return ok && e.Code == code
}
