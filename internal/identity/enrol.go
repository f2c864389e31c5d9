// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// NewPerson is somebody to be enrolled. Password "" makes an account that
// cannot be signed in to until its owner sets one (by registering).
type NewPerson struct {
	NationalCode                    string
	FirstName, LastName, FatherName string
	Birth                           civil.Day
	Mobile                          string
	Lang                            i18n.Lang
	Assurance                       int // SelfDeclared … SeenInPerson
	Password                        string
}

// Enrol makes an account for somebody whom by has seen, or who comes from an
// import. For an administrator the civil registry must know the person, and its
// names are taken; System is believed. errs.Conflict, code
// identity.person_exists: there is an account with this national code.
func (s *Service) Enrol(ctx context.Context, by policy.Actor, n NewPerson) (_ Person, err error) {
	defer errs.Wrap(&err, "identity.Enrol")
	if err := s.d.Policy.Check(by, "identity.enrol", policy.Resource{Type: "Register", ID: "people"}); err != nil {
		return Person{}, err
	}
	if n, err = cleanPerson(n); err != nil {
		return Person{}, err
	}
	if by.Role != policy.System {
		who, err := s.d.Population.Match(ctx, n.NationalCode, n.Birth)
		switch {
		case errs.Is(err, errs.NotFound):
			return Person{}, refusal(CauseNoMatch)
		case err != nil:
			return Person{}, err
		case !who.Alive:
			return Person{}, refusal(CauseDeceased)
		}
		n.FirstName, n.LastName, n.FatherName = who.FirstName, who.LastName, who.FatherName
	}
	hash := ""
	if n.Password != "" {
		if code := checkPassword(n.Password, n.NationalCode, LocalMobile(n.Mobile), n.Birth.JalaliString()); code != "" {
			return Person{}, errs.InvalidFields([]errs.Field{{Name: "password", Code: code, Args: []any{"min", MinPassword, "max", MaxPassword}}})
		}
		if hash, err = s.hasher.hash(ctx, n.Password); err != nil {
			return Person{}, err
		}
	}
	return s.insertPerson(ctx, n, hash, func(tx *store.Tx, p Person) error {
		return s.stage(ctx, tx, "identity.enrolled", p.ID, p.ID, by, registered(p, "enrolment"))
	})
}

func cleanPerson(n NewPerson) (NewPerson, error) {
	var fields []errs.Field
	fail := func(name, code string) { fields = append(fields, errs.Field{Name: name, Code: code}) }
	code, err := persian.NationalCode(n.NationalCode)
	if err != nil {
		fail("national_code", codeOf(err))
	}
	mobile, err := persian.Mobile(n.Mobile)
	if err != nil {
		fail("mobile", codeOf(err))
	}
	n.NationalCode, n.Mobile = code, mobile
	n.FirstName, n.LastName, n.FatherName = persian.Store(n.FirstName), persian.Store(n.LastName), persian.Store(n.FatherName)
	if n.FirstName == "" {
		fail("first_name", "form.required")
	}
	if n.LastName == "" {
		fail("last_name", "form.required")
	}
	if n.Lang == "" {
		n.Lang = i18n.FA
	}
	n.Assurance = min(max(n.Assurance, SelfDeclared), SeenInPerson)
	return n, errs.InvalidFields(fields)
}

// insertPerson writes an account with its directories and whatever also
// writes, in one transaction.
func (s *Service) insertPerson(ctx context.Context, n NewPerson, hash string, also func(tx *store.Tx, p Person) error) (Person, error) {
	for try := 1; ; try++ {
		p := Person{
			ID: id.New(), JudicialID: newJudicialID(), NationalCode: n.NationalCode, FirstName: n.FirstName, LastName: n.LastName,
			FatherName: n.FatherName, Birth: n.Birth, Mobile: n.Mobile, Assurance: n.Assurance, Lang: n.Lang,
		}
		err := s.d.DB.Write(ctx, func(tx *store.Tx) error {
			p.Created = tx.Now()
			return s.insertPersonTx(ctx, tx, p, hash, also)
		})
		if err == nil {
			return p, nil
		}
		if !errs.Is(err, errs.Conflict) {
			return Person{}, err
		}
		_, exists, ferr := s.FindByNationalCode(ctx, s.d.DB, n.NationalCode)
		switch {
		case ferr != nil:
			return Person{}, ferr
		case exists:
			return Person{}, errs.New(errs.Conflict, "identity.person_exists").Because(err)
		case try == judicialTries:
			return Person{}, err
		}
	}
}

func (s *Service) insertPersonTx(ctx context.Context, tx *store.Tx, p Person, hash string, also func(tx *store.Tx, p Person) error) error {
	if err := store.Insert(ctx, tx, "identity_by_national_code", nationalCodeRow{p.NationalCode, p.ID}); err != nil {
		return err
	}
	if err := store.Insert(ctx, tx, "identity_by_judicial_id", judicialIDRow{p.JudicialID, p.ID}); err != nil {
		return err
	}
	row := personRow{
		ID: p.ID, JudicialID: p.JudicialID, NationalCode: p.NationalCode, FirstName: p.FirstName, LastName: p.LastName,
		FatherName: p.FatherName, Birth: p.Birth, Mobile: p.Mobile, Assurance: int64(p.Assurance), Lang: p.Lang,
		Password: hash, Created: store.At(tx.Now()),
	}
	if hash != "" {
		row.PasswordSet = row.Created
	}
	if err := store.Insert(ctx, tx, "identity_person", row); err != nil {
		return err
	}
	if err := also(tx, p); err != nil {
		return err
	}
	return s.d.Jobs.PublishTx(ctx, tx, Registered{Person: p.ID})
}
