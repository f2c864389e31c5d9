// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"slices"

	"github.com/tarazu/tarazu/internal/gateway/companies"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Legal is what a legal person is called by in papers. The seat is only there
// when the register was asked and has answered.
type Legal struct {
	Name, NationalID, RegistrationNumber string
	Code                                 string // of a government body
	Province, Address, Postal            string
}

const (
	// The directors' capacities have the registration number, as the register gave it.
	sqlRegisteredUnder = `SELECT number FROM identity_capacity WHERE for_person = $1 AND source = 'identity.source.companies' AND number <> ''
		ORDER BY created_us DESC, id DESC LIMIT 1`
	sqlActing = `SELECT rights, only_cases, only_titles, only_notices, mandate FROM identity_capacity WHERE person = $1 AND id = $2 AND for_person = $3`
)

// Legal is what is kept about a legal person; nobody is asked.
func (s *Service) Legal(ctx context.Context, p Person) (l Legal, err error) {
	defer errs.Wrap(&err, "identity.Legal")
	l.Name = p.Name()
	list, err := s.Identifiers(ctx, p.ID)
	if err != nil {
		return l, err
	}
	for _, n := range list {
		switch {
		case !n.Until.IsZero():
		case n.Kind == EntityID:
			l.NationalID = n.Value
		case n.Kind == BodyCode:
			l.Code = n.Value
		}
	}
	l.RegistrationNumber, _, err = store.Find[string](ctx, s.d.DB, sqlRegisteredUnder, p.ID)
	return l, err
}

// LegalSeat is Legal with the seat as the register of companies has it now. When
// that does not answer, or knows no such legal person, the seat is missing.
func (s *Service) LegalSeat(ctx context.Context, p Person) (l Legal, err error) {
	defer errs.Wrap(&err, "identity.LegalSeat")
	if l, err = s.Legal(ctx, p); err != nil {
		return l, err
	}
	var e companies.Entity
	switch {
	case l.Code != "":
		e, err = s.d.Companies.GovernmentBody(ctx, l.Code)
	case l.NationalID != "" && l.RegistrationNumber != "":
		e, err = s.d.Companies.Company(ctx, l.NationalID, l.RegistrationNumber)
	default:
		return l, nil
	}
	if errs.Is(err, errs.Unavailable) || errs.Is(err, errs.NotFound) {
		return l, nil
	}
	l.Province, l.Address, l.Postal = e.Province, e.Address, e.Postal
	return l, err
}

type actingRow struct {
	Rights  string `db:"rights"`
	Cases   string `db:"only_cases"`
	Titles  string `db:"only_titles"`
	Mandate string `db:"mandate"`
	Notices string `db:"only_notices"`
}

// CoversTx makes sure, in the transaction of an act in somebody's name, that the
// capacity still has a right and covers a matter: what was asked before the
// transaction may have changed since. Call StandsTx before it, which locks the
// capacity. errs.Forbidden.
func (s *Service) CoversTx(ctx context.Context, tx *store.Tx, a policy.Actor, right policy.Right, caseID, title string) (err error) {
	defer errs.Wrap(&err, "identity.CoversTx")
	if a.For == "" {
		return nil
	}
	r, found, err := store.Find[actingRow](ctx, tx, sqlActing, a.Person, a.Capacity, a.For)
	switch {
	case err != nil:
		return err
	case !found:
		return errs.New(errs.Forbidden, "identity.capacity.over")
	case !slices.Contains(splitRights(r.Rights), right):
		return errs.New(errs.Forbidden, "web.right.missing."+string(right))
	case !limitOf(r.Cases, r.Titles).Covers(caseID, title):
		return errs.New(errs.Forbidden, policy.OutsideCode)
	case narrowed(a.Notices, groupsOf(r.Notices)):
		return errs.New(errs.Forbidden, "identity.capacity.narrowed")
	}
	return nil
}
