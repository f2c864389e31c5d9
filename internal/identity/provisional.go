// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"time"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// While a registry is silent somebody may have an account on their own word:
//
//  1. A code proves the telephone or address of a registration that waits (OfferProvisional).
//  2. Names and a password make an account of level 0 (Provisional). It has no
//     national code and no other number: what its owner says stands in
//     identity_provisional alone. So nothing is found by it, nothing served on it,
//     and whoever owns the number finds nobody in their way, and nothing in theirs.
//  3. A job goes on asking (settleProvisional). When the registries say yes, the
//     account gets its numbers, the registry's names and the level of its word in one
//     transaction, and Registered is published again.
//  4. When they say no, it stays at level 0; its owner may enter number and
//     birth date again (MendProvisional).
//  5. Whoever gets the national code first by a registry's word or an official's
//     has it: other provisional accounts that name it, with the same birth date,
//     are closed in that transaction (closeRivalsTx). One with another birth date
//     names nobody; the registry will say so. The consular system compares the
//     telephone or address; of two who name one passport the first to be confirmed
//     has it, as with any registration.

// ProvisionalState is what became of what somebody says.
type ProvisionalState string

// The states. They lead: asking → confirmed, lost; asking ⇄ refused → confirmed,
// lost.
const (
	Asking         ProvisionalState = "asking"    // a registry is silent: Cause names it; "" it was not asked yet
	Contradicted   ProvisionalState = "refused"   // Cause says why
	Confirmed      ProvisionalState = "confirmed" // the account has the national code
	LostToTheOwner ProvisionalState = "lost"      // somebody else was confirmed; the account is closed
)

// WhyNotConfirmed is why a provisional account was closed; a locale key.
const WhyNotConfirmed = "identity.provisional.closed"

// Provisional is what somebody says of themselves, and what the registries said
// to it.
type Provisional struct {
	Person       string
	Class        Class
	NationalCode string         // of a resident
	Kind         IdentifierKind // what Number is; of everybody else
	Number       string
	Birth        civil.Day
	Mobile       string // proved by a code, unless it went by e-mail
	State        ProvisionalState
	Cause        string
	Created      time.Time
	Changed      time.Time
}

// Open tells that the account is on its owner's word alone.
func (p Provisional) Open() bool { return p.State == Asking || p.State == Contradicted }

// Words are the keys of the words that say how it stands, to its owner; "" if
// there is nothing to say.
func (p Provisional) Words() (title, text string) {
	switch {
	case p.State == Contradicted:
		return "identity.provisional.refused", "identity.register." + p.Cause
	case p.State == Asking:
		cause := p.Cause
		switch {
		case cause != "":
		case p.Class == Abroad:
			cause = CauseConsular
		case p.Class == Foreign:
			cause = CauseForeigners
		default:
			cause = CausePopulation
		}
		return "identity.provisional.asking", "identity.provisional.asking." + cause
	}
	return "", ""
}

// maxName bounds a name that somebody gives of themselves.
const maxName = 80

// ProvisionalEntries are what is asked for a provisional account.
type ProvisionalEntries struct {
	Code      string
	FirstName string // as on the card
	LastName  string
	Password  string
}

// ProvisionalOf is what an account rests on that was opened while a registry was
// silent; found is false for all others.
func (s *Service) ProvisionalOf(ctx context.Context, q store.Querier, person string) (_ Provisional, found bool, err error) {
	defer errs.Wrap(&err, "identity.ProvisionalOf")
	row, found, err := store.Find[provisionalRow](ctx, q, sqlProvisional, person)
	return row.provisional(), found, err
}

// OnTheirWord tells whether an account is provisional still, for those who are
// about to trust its name.
func (s *Service) OnTheirWord(ctx context.Context, person string) (bool, error) {
	p, found, err := s.ProvisionalOf(ctx, s.d.DB, person)
	return found && p.Open(), err
}

// OfferProvisional sends the code with which somebody whose registration waits
// may go on at once. The registration goes on waiting. A state other than Waiting
// in the answer: there is nothing to offer, it has gone on.
// errs.RateLimited as SendCodeTx.
func (s *Service) OfferProvisional(ctx context.Context, regID string) (_ Registration, err error) {
	defer errs.Wrap(&err, "identity.OfferProvisional")
	reg, err := s.Registration(ctx, regID)
	if err != nil || reg.State != Waiting {
		return reg, err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		codeID, err := s.SendCodeTx(ctx, tx, Code{Purpose: ForRegistration, Mobile: reg.Contact(), Subject: reg.ID, Lang: reg.Lang})
		if err != nil {
			return err
		}
		return tx.ExecOne(ctx, sqlCodeWhileWaiting, reg.ID, codeID)
	})
	if err != nil && !errs.Is(err, errs.Conflict) { // Conflict: it has gone on
		return reg, err
	}
	return s.Registration(ctx, regID)
}

// Provisional makes an account of level 0 of a registration that waits.
// Repeating it gives the same person. errs.Invalid names the fields.
// errs.Conflict: identity.register.step (it does not wait any more) or
// identity.provisional.have (this telephone is that of the account with this
// national code).
func (s *Service) Provisional(ctx context.Context, regID string, n ProvisionalEntries) (_ Person, err error) {
	defer errs.Wrap(&err, "identity.Provisional")
	reg, err := s.Registration(ctx, regID)
	switch {
	case err != nil:
		return Person{}, err
	case reg.State == Done:
		return s.Person(ctx, reg.Person)
	case reg.State != Waiting:
		return Person{}, errs.New(errs.Conflict, "identity.register.step")
	}
	n.FirstName, n.LastName = persian.Store(n.FirstName), persian.Store(n.LastName)
	if err := n.check(reg); err != nil {
		return Person{}, err
	}
	if err := s.CheckCode(ctx, reg.Code, reg.ID, n.Code); err != nil {
		return s.elseDone(ctx, regID, err)
	}
	// Told only now, to whoever holds the telephone of that account.
	p, known, err := s.findNew(ctx, s.d.DB, reg.claimed())
	if err != nil {
		return Person{}, err
	}
	if known && reg.reaches(p) && reg.Birth == p.Birth {
		return Person{}, errs.New(errs.Conflict, "identity.provisional.have")
	}
	hash, err := s.hasher.hash(ctx, n.Password)
	if err != nil {
		return Person{}, err
	}
	who := NewPerson{
		Class: reg.Class, FirstName: n.FirstName, LastName: n.LastName, Birth: reg.Birth, Mobile: reg.Mobile, Email: reg.Email,
		Country: reg.Country, Zone: reg.Zone, Province: reg.Province, Lang: reg.Lang, Way: BySelf,
	}
	p, err = s.insertPerson(ctx, policy.Actor{}, who, hash, func(tx *store.Tx, p Person) error {
		if err := s.UseCodeTx(ctx, tx, reg.Code); err != nil {
			return err
		}
		row := provisionalRow{
			Person: p.ID, Class: reg.Class, NationalCode: reg.NationalCode, Kind: reg.Kind, Number: reg.Number, Issuer: reg.Issuer,
			Birth: reg.Birth, Mobile: reg.Mobile, Email: reg.Email, Country: reg.Country, State: Asking, Cause: reg.Cause,
			Next: store.At(tx.Now().Add(firstWait)), Created: store.At(tx.Now()), Changed: store.At(tx.Now()),
		}
		if err := store.Insert(ctx, tx, "identity_provisional", row); err != nil {
			return err
		}
		if err := s.stage(ctx, tx, "identity.registered", p.ID, p.ID, policy.Actor{Person: p.ID, Role: policy.Citizen}, registered(p, "provisional")); err != nil {
			return err
		}
		if err := s.tellProvisionalTx(ctx, tx, p.ID, "made"); err != nil {
			return err
		}
		return tx.ExecOne(ctx, sqlDone, reg.ID, p.ID, store.At(tx.Now()), Waiting)
	})
	if err != nil {
		return s.elseDone(ctx, regID, err)
	}
	return p, nil
}

// claimed is whom a registration names that no register has answered about.
func (r Registration) claimed() NewPerson {
	n := NewPerson{NationalCode: r.NationalCode}
	if r.Kind == ForeignCode || r.Kind == Passport { // a consular case is no number of a person
		n.Identifiers = []Identifier{{Kind: r.Kind, Country: r.Issuer, Value: r.Number}}
	}
	return n
}

// elseDone is the account if the other half of a double click was faster, else
// err; a registration that does not wait any more is at another step.
func (s *Service) elseDone(ctx context.Context, regID string, err error) (Person, error) {
	now, rerr := s.Registration(ctx, regID)
	switch {
	case rerr != nil:
		return Person{}, err
	case now.State == Done:
		return s.Person(ctx, now.Person)
	case now.State != Waiting:
		return Person{}, errs.New(errs.Conflict, "identity.register.step").Because(err)
	}
	return Person{}, err
}

func (n ProvisionalEntries) check(reg Registration) error {
	var fields []errs.Field
	for _, f := range []struct{ name, value string }{{"first_name", n.FirstName}, {"last_name", n.LastName}} {
		switch {
		case f.value == "":
			fields = append(fields, errs.Field{Name: f.name, Code: "form.required"})
		case utf8.RuneCountInString(f.value) > maxName:
			fields = append(fields, errs.Field{Name: f.name, Code: "form.too_long", Args: []any{"max", maxName}})
		}
	}
	if code := checkPassword(n.Password, reg.NationalCode, reg.Number, LocalMobile(reg.Mobile), n.FirstName, n.LastName, reg.Birth.JalaliString()); code != "" {
		fields = append(fields, errs.Field{Name: "password", Code: code, Args: []any{"min", MinPassword, "max", MaxPassword}})
	}
	return errs.InvalidFields(fields)
}

// MendProvisional enters the number and the birth date again, and asks the
// registries at once. The number is the national code of a resident, and what the
// others said who they are by; it is kept in the form of its kind. The questions are counted as those of a registration.
// errs.Conflict, code identity.provisional.over: it is decided.
func (s *Service) MendProvisional(ctx context.Context, a policy.Actor, number string, birth civil.Day, address string) (_ Provisional, err error) {
	defer errs.Wrap(&err, "identity.MendProvisional")
	if birth > civil.Of(s.d.Clock.Now()) {
		return Provisional{}, errs.InvalidFields([]errs.Field{{Name: "birth", Code: "identity.register.birth_future"}})
	}
	over := errs.New(errs.Conflict, "identity.provisional.over")
	row, found, err := store.Find[provisionalRow](ctx, s.d.DB, sqlProvisional, a.Person)
	p := row.provisional()
	if err != nil || !found || !p.Open() {
		if err == nil {
			err = over
		}
		return p, err
	}
	said := row.entries()
	if p.Class == Resident {
		said.NationalCode = number
	} else {
		said.Number = number
	}
	err = s.take(ctx, "identity.register.limited",
		brake{s.limits.RegisterAddress, "register.address", []string{address}},
		brake{s.limits.RegisterAddress, "provisional.person", []string{a.Person}},
		brake{s.limits.RegisterIdentity, "register.identity", []string{said.who(), address}},
		brake{s.limits.RegisterIdentity.times(registerStrangers), "register.identity.all", []string{said.who()}})
	if err != nil {
		return p, err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := tx.ExecOne(ctx, sqlProvisionalMended, a.Person, said.NationalCode, said.Number, birth, store.At(tx.Now())); err != nil {
			return err
		}
		return tx.ExecOne(ctx, sqlOwnBirth, a.Person, birth)
	})
	if errs.Is(err, errs.Conflict) {
		return p, over.Because(err)
	}
	if err != nil {
		return p, err
	}
	if row, err = store.One[provisionalRow](ctx, s.d.DB, sqlProvisional, a.Person); err != nil {
		return p, err
	}
	if _, err := s.askProvisional(ctx, row); err != nil {
		return p, err
	}
	p, _, err = s.ProvisionalOf(ctx, s.d.DB, a.Person)
	return p, err
}
