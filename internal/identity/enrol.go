// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"time"

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
	Class                           Class  // "": Resident
	NationalCode                    string // "" if they have none
	Identifiers                     []Identifier
	FirstName, LastName, FatherName string
	Birth                           civil.Day
	Mobile, Email                   string
	Country, Zone, Province         string // "" is Home
	Lang                            i18n.Lang
	Assurance                       int       // SelfDeclared … SeenInPerson
	Way                             Way       // "": what fits the level
	Ref                             string    // of the proof
	ProofUntil                      time.Time // when the proof ends; zero: never
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
	if by.Role != policy.System && n.NationalCode != "" {
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
	return s.insertPerson(ctx, by, n, hash, func(tx *store.Tx, p Person) error {
		return s.stage(ctx, tx, "identity.enrolled", p.ID, p.ID, by, registered(p, "enrolment"))
	})
}

func cleanPerson(n NewPerson) (NewPerson, error) {
	var fields []errs.Field
	fail := func(name, code string) { fields = append(fields, errs.Field{Name: name, Code: code}) }
	if n.Class == "" {
		n.Class = Resident
	}
	var err error
	// An official has seen them: they may have no telephone, and whom others
	// vouch for may have no papers.
	seen := n.Way == ByOffice || n.Way == ByVoucher
	if n.NationalCode != "" || n.Class == Resident && n.Way != ByVoucher {
		if n.NationalCode, err = persian.NationalCode(n.NationalCode); err != nil {
			fail("national_code", codeOf(err))
		}
	}
	switch {
	case n.Mobile == "" && (n.Email != "" || !n.Class.Natural() || seen):
	case n.Class == Resident:
		if n.Mobile, err = persian.Mobile(n.Mobile); err != nil {
			fail("mobile", codeOf(err))
		}
	default:
		if n.Mobile, err = persian.Phone(n.Mobile); err != nil {
			fail("mobile", codeOf(err))
		}
	}
	for i := range n.Identifiers {
		x := &n.Identifiers[i]
		if x.Value, err = CleanIdentifier(x.Kind, x.Value); err != nil {
			fail(string(x.Kind), codeOf(err))
		}
	}
	if n.NationalCode == "" && len(n.Identifiers) == 0 && n.Class != Resident && n.Way != ByVoucher {
		fail("national_code", "form.required")
	}
	n.FirstName, n.LastName, n.FatherName = persian.Store(n.FirstName), persian.Store(n.LastName), persian.Store(n.FatherName)
	if n.FirstName == "" && n.Class.Natural() {
		fail("first_name", "form.required")
	}
	if n.LastName == "" {
		fail("last_name", "form.required")
	}
	if n.Lang == "" {
		n.Lang = i18n.FA
	}
	if n.Country == "" {
		n.Country = Home
	}
	n.Assurance = min(max(n.Assurance, SelfDeclared), SeenInPerson)
	if n.Way == "" {
		n.Way = wayOf(n.Assurance)
	}
	return n, errs.InvalidFields(fields)
}

// insertPerson writes an account with its directories and whatever also
// writes, in one transaction.
func (s *Service) insertPerson(ctx context.Context, by policy.Actor, n NewPerson, hash string, also func(tx *store.Tx, p Person) error) (Person, error) {
	for try := 1; ; try++ {
		p := Person{
			ID: id.New(), Class: n.Class, Status: Active, JudicialID: newJudicialID(), NationalCode: n.NationalCode, FirstName: n.FirstName,
			LastName: n.LastName, FatherName: n.FatherName, Birth: n.Birth, Mobile: n.Mobile, Email: n.Email, Country: n.Country, Zone: n.Zone,
			Province: n.Province, Assurance: n.Assurance, Lang: n.Lang,
		}
		err := s.d.DB.Write(ctx, func(tx *store.Tx) error {
			p.Created = tx.Now()
			if err := s.closeRivalsTx(ctx, tx, p.ID, p.NationalCode, p.Birth); err != nil {
				return err
			}
			if err := s.insertPersonTx(ctx, tx, by, p, n, hash); err != nil {
				return err
			}
			return also(tx, p)
		})
		if err == nil {
			return p, nil
		}
		if !errs.Is(err, errs.Conflict) {
			return Person{}, err
		}
		_, exists, ferr := s.findNew(ctx, s.d.DB, n)
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

// findNew looks for an account of somebody who is about to get one.
func (s *Service) findNew(ctx context.Context, q store.Querier, n NewPerson) (p Person, found bool, err error) {
	if n.NationalCode != "" {
		if p, found, err = s.FindByNationalCode(ctx, q, n.NationalCode); err != nil || found {
			return p, found, err
		}
	}
	for _, x := range n.Identifiers {
		if p, found, err = s.FindByIdentifier(ctx, q, x.Kind, x.Country, x.Value); err != nil || found {
			return p, found, err
		}
	}
	return Person{}, false, nil
}

func (s *Service) insertPersonTx(ctx context.Context, tx *store.Tx, by policy.Actor, p Person, n NewPerson, hash string) error {
	if p.NationalCode != "" {
		if err := store.Insert(ctx, tx, "identity_by_national_code", nationalCodeRow{p.NationalCode, p.ID}); err != nil {
			return err
		}
	}
	if err := store.Insert(ctx, tx, "identity_by_judicial_id", judicialIDRow{p.JudicialID, p.ID}); err != nil {
		return err
	}
	row := personRow{
		ID: p.ID, JudicialID: p.JudicialID, NationalCode: p.NationalCode, FirstName: p.FirstName, LastName: p.LastName,
		FatherName: p.FatherName, Birth: p.Birth, Mobile: p.Mobile, Assurance: int64(p.Assurance), Lang: p.Lang,
		Password: hash, Created: store.At(tx.Now()),
		Class: p.Class, Email: p.Email, Country: p.Country, Zone: p.Zone, Province: p.Province, Status: p.Status,
	}
	if hash != "" {
		row.PasswordSet = row.Created
	}
	if err := store.Insert(ctx, tx, "identity_person", row); err != nil {
		return err
	}
	for _, x := range n.Identifiers {
		if err := s.AddIdentifierTx(ctx, tx, p.ID, x); err != nil {
			return err
		}
	}
	if n.Way != BySelf { // the evidence of the account tells the level
		if err := store.Insert(ctx, tx, "identity_proof", newProof(tx, Proof{Person: p.ID, Way: n.Way, By: by, Ref: n.Ref, Until: n.ProofUntil})); err != nil {
			return err
		}
	}
	return s.d.Jobs.PublishTx(ctx, tx, Registered{Person: p.ID})
}
