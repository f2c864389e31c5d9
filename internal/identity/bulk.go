// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Enrolment is an account without a password that is ready to be written.
type Enrolment struct {
	Person Person
	n      NewPerson
}

// PrepareEnrolment checks somebody who comes from an import and gives him his
// identifiers. Errors are those of Enrol.
func PrepareEnrolment(n NewPerson) (_ Enrolment, err error) {
	defer errs.Wrap(&err, "identity.PrepareEnrolment")
	if n, err = cleanPerson(n); err != nil {
		return Enrolment{}, err
	}
	n.Password = ""
	return Enrolment{n: n, Person: Person{
		ID: id.New(), Class: n.Class, Status: Active, JudicialID: newJudicialID(), NationalCode: n.NationalCode, FirstName: n.FirstName,
		LastName: n.LastName, FatherName: n.FatherName, Birth: n.Birth, Mobile: n.Mobile, Email: n.Email, Country: n.Country, Zone: n.Zone,
		Province: n.Province, Assurance: n.Assurance, Lang: n.Lang,
	}}, nil
}

// EnrolTx writes a prepared account with its evidence and its event. It only
// writes, so it may be part of a bulk act; the caller has made sure that by may.
// A provisional account that says it is the same person is closed when the
// registry is asked about it next. errs.Conflict: there is an account already, or a drawn identifier is taken.
func (s *Service) EnrolTx(ctx context.Context, tx *store.Tx, by policy.Actor, e Enrolment) (err error) {
	defer errs.Wrap(&err, "identity.EnrolTx")
	if err := s.insertPersonTx(ctx, tx, by, e.Person, e.n, ""); err != nil {
		return err
	}
	return s.stage(ctx, tx, "identity.enrolled", e.Person.ID, e.Person.ID, by, registered(e.Person, "introduction"))
}

// Holder is who has an account with a national code.
type Holder struct {
	NationalCode string `db:"national_code"`
	Person       string `db:"person"`
	LastName     string `db:"last_name"`
	Status       Status `db:"status"`
}

const sqlHolders = `SELECT n.national_code, n.person, p.last_name, p.status
FROM identity_by_national_code n JOIN identity_person p ON p.id = n.person WHERE n.national_code = ANY($1)`

// HoldersOf finds who of these national codes has an account, by code. It is for
// comparing files with the register: the caller shows none of it.
func (s *Service) HoldersOf(ctx context.Context, codes []string) (_ map[string]Holder, err error) {
	defer errs.Wrap(&err, "identity.HoldersOf")
	if len(codes) == 0 {
		return nil, nil
	}
	rows, err := store.All[Holder](ctx, s.d.DB, sqlHolders, codes)
	out := make(map[string]Holder, len(rows))
	for _, r := range rows {
		out[r.NationalCode] = r
	}
	return out, err
}
