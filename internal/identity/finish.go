// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// judicialTries is how often a new judicial identifier is drawn before we give
// up: with ten digits free a second try is rare and a third has a bug behind it.
const judicialTries = 3

// Finish ends a registration with a password: it makes the account, or, in
// state Known, renews the password of the account if the number that was
// proved is the account's. Repeating it gives the same person. errs.Invalid,
// field "password": the password is not good enough. errs.Conflict:
// identity.register.step (the code was not entered yet),
// identity.register.other_number (the account has another number) or
// identity.register.guarded (more stands before the account, see Guarded).
func (s *Service) Finish(ctx context.Context, regID, password string) (_ Person, err error) {
	defer errs.Wrap(&err, "identity.Finish")
	reg, err := s.Registration(ctx, regID)
	if err != nil {
		return Person{}, err
	}
	switch {
	case reg.stale(s.d.Clock.Now()):
		return Person{}, errs.New(errs.Conflict, "identity.register.step")
	case reg.State == Done:
		return s.Person(ctx, reg.Person)
	case reg.State == Proved, reg.State == Known:
	default:
		return Person{}, errs.New(errs.Conflict, "identity.register.step")
	}
	if code := checkPassword(password, reg.NationalCode, reg.Number, LocalMobile(reg.Mobile), reg.FirstName, reg.LastName, reg.Birth.JalaliString()); code != "" {
		return Person{}, errs.InvalidFields([]errs.Field{{Name: "password", Code: code, Args: []any{"min", MinPassword, "max", MaxPassword}}})
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return Person{}, err
	}
	if reg.State == Known {
		err = s.renewPassword(ctx, reg, hash)
	} else {
		err = s.create(ctx, reg, hash)
	}
	if now, rerr := s.Registration(ctx, regID); errs.Is(err, errs.Conflict) && rerr == nil && now.State == Done {
		return s.Person(ctx, now.Person) // the other half of a double click was faster
	}
	if err != nil {
		return Person{}, err
	}
	now, err := s.Registration(ctx, regID)
	if err != nil {
		return Person{}, err
	}
	return s.Person(ctx, now.Person)
}

// newPerson is whom a registration makes.
func (r Registration) newPerson() NewPerson {
	n := NewPerson{
		Class: r.Class, NationalCode: r.NationalCode, FirstName: r.FirstName, LastName: r.LastName, FatherName: r.FatherName,
		Birth: r.Birth, Mobile: r.Mobile, Email: r.Email, Country: r.Country, Zone: r.Zone, Province: r.Province, Lang: r.Lang,
		Assurance: r.found.Way.Level(), Way: r.found.Way,
	}
	if n.NationalCode == "" {
		n.NationalCode = r.found.NationalCode
	}
	if r.Kind == ConsularRef {
		n.Ref = r.Number
	}
	for _, x := range []Identifier{
		{Kind: ForeignCode, Value: r.found.ForeignCode}, {Kind: Passport, Country: r.found.Issuer, Value: r.found.Passport},
	} {
		if _, err := CleanIdentifier(x.Kind, x.Value); err == nil {
			x.Source = "identity.source." + string(r.Class)
			n.Identifiers = append(n.Identifiers, x)
		}
	}
	return n
}

// Reaches tells whether the code of a registration went where the account's own
// codes go.
func (r Registration) Reaches(p Person) bool { return r.reaches(p) }

// reaches tells whether the code of a registration went where the account's own
// codes go.
func (r Registration) reaches(p Person) bool {
	if r.Email != "" {
		return r.Email == p.Email
	}
	return r.Mobile != "" && r.Mobile == p.Mobile
}

// create makes the account of a proved registration.
func (s *Service) create(ctx context.Context, reg Registration, hash string) error {
	if done, err := s.takeOver(ctx, reg, hash); err != nil || done {
		return err
	}
	n := reg.newPerson()
	p, err := s.insertPerson(ctx, policy.Actor{}, n, hash, func(tx *store.Tx, p Person) error {
		if err := s.stage(ctx, tx, "identity.registered", p.ID, p.ID, policy.Actor{Person: p.ID, Role: policy.Citizen}, registered(p, "registration")); err != nil {
			return err
		}
		return tx.ExecOne(ctx, sqlDone, reg.ID, p.ID, store.At(tx.Now()), Proved)
	})
	if !isCode(err, "identity.person_exists") {
		return err
	}
	// Another registration of the same person was faster: this one now has an
	// account to renew the password of, and says so.
	if now, rerr := s.Registration(ctx, reg.ID); rerr == nil && now.State == Done {
		return nil
	}
	p, known, ferr := s.findNew(ctx, s.d.DB, n)
	if ferr != nil || !known {
		return err
	}
	werr := s.d.DB.Write(ctx, func(tx *store.Tx) error {
		return tx.ExecOne(ctx, sqlKnownAfterAll, reg.ID, p.ID, store.At(tx.Now()))
	})
	if werr != nil && !errs.Is(werr, errs.Conflict) {
		return werr
	}
	return errs.New(errs.Conflict, "identity.register.known_now")
}

// renewPassword gives the account of a known person a new password. The job
// that ends older sessions is in the same transaction: whoever had stolen one
// loses it even if this process dies before it can end them itself.
func (s *Service) renewPassword(ctx context.Context, reg Registration, hash string) error {
	p, err := s.Person(ctx, reg.Person)
	if err != nil {
		return err
	}
	if !reg.reaches(p) {
		return errs.New(errs.Conflict, "identity.register.other_number")
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		guarded, err := s.Guarded(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		if guarded {
			return errs.New(errs.Conflict, "identity.register.guarded")
		}
		if err := tx.ExecOne(ctx, sqlDone, reg.ID, p.ID, store.At(tx.Now()), Known); err != nil {
			return err
		}
		if err := s.NumberOwnedTx(ctx, tx, p.ID, reg.Mobile); err != nil {
			return err
		}
		if err := s.setPasswordTx(ctx, tx, p.ID, hash); err != nil {
			return err
		}
		return s.stage(ctx, tx, "identity.password_changed", p.ID, p.ID, policy.Actor{Person: p.ID, Role: policy.Citizen},
			map[string]any{"person": p.ID, "judicial_id": p.JudicialID, "source": "registration"})
	})
}

// registered is the content of the evidence of an account.
func registered(p Person, source string) map[string]any {
	return map[string]any{
		"person": p.ID, "judicial_id": p.JudicialID, "name": p.Name(), "national_code": p.NationalCode,
		"assurance": p.Assurance, "source": source,
	}
}

// stage writes evidence about something of a person.
func (s *Service) stage(ctx context.Context, tx *store.Tx, event, owner, subject string, by policy.Actor, content map[string]any) error {
	body, err := ledger.Canonical(content)
	if err != nil {
		return err
	}
	_, err = s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: event, Time: tx.Now(), Owner: owner, Subject: subject, Actor: by.Person, Role: string(by.Role), Capacity: by.Capacity, OnBehalf: by.For, Content: body,
	})
	return err
}
