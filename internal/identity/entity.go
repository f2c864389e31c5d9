// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"

	"github.com/tarazu/tarazu/internal/gateway/companies"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// EntityRef is what a legal person is called in the register of companies: a
// company or institution by both of its numbers, a government body by its code.
type EntityRef struct {
	NationalID         string // eleven digits
	RegistrationNumber string
	Code               string // of a body; the others are "" then
}

// RegisterEntity lets by act for a legal person whose register names them: its
// account is made if there is none yet, and by gets the capacity of a
// representative with every right, for as long as the register says. Repeating it
// gives the same capacity. Errors: errs.Conflict, code identity.entity.level (the
// civil registry has not confirmed who by is); errs.Invalid with the field
// (no_match, dissolved, not_yours under identity.entity); errs.Unavailable: the
// register does not answer; errs.RateLimited.
func (s *Service) RegisterEntity(ctx context.Context, by policy.Actor, ref EntityRef) (_ Capacity, err error) {
	defer errs.Wrap(&err, "identity.RegisterEntity")
	me, err := s.Person(ctx, by.Person)
	switch {
	case err != nil:
		return Capacity{}, err
	case me.Assurance < RegistryChecked || me.NationalCode == "":
		return Capacity{}, errs.New(errs.Conflict, "identity.entity.level")
	}
	if err := s.take(ctx, "identity.register.limited", brake{s.limits.RegisterIdentity, "register.entity", []string{me.ID}}); err != nil {
		return Capacity{}, err
	}
	e, officer, err := s.askCompanies(ctx, me, ref)
	if err != nil {
		return Capacity{}, err
	}
	n := NewPerson{
		Class: Entity, LastName: e.Name, Identifiers: []Identifier{{Kind: EntityID, Value: e.NationalID, Source: "identity.source.companies"}},
		Mobile: me.Mobile, Email: me.Email, Country: Home, Province: e.Province, Lang: me.Lang, Assurance: RegistryChecked, Way: ByRegistry,
	}
	if e.Kind == companies.Body {
		n.Class, n.Identifiers = Body, []Identifier{{Kind: BodyCode, Value: e.Code, Source: "identity.source.companies"}}
	}
	if n, err = cleanPerson(n); err != nil {
		return Capacity{}, err
	}
	acts := s.representative(me, e, officer)
	_, err = s.insertPerson(ctx, by, n, "", func(tx *store.Tx, p Person) error {
		if err := s.stage(ctx, tx, "identity.registered", p.ID, p.ID, by, registered(p, "companies")); err != nil {
			return err
		}
		acts.For = p.ID
		return s.AddCapacityTx(ctx, tx, by, acts)
	})
	if !isCode(err, "identity.person_exists") {
		return acts, err
	}
	known, _, err := s.findNew(ctx, s.d.DB, n)
	if err != nil {
		return Capacity{}, err
	}
	return s.representKnown(ctx, by, known, acts)
}

// askCompanies asks the register about a legal person and about me in it.
func (s *Service) askCompanies(ctx context.Context, me Person, ref EntityRef) (e companies.Entity, o companies.Officer, err error) {
	field := "national_id"
	if ref.Code != "" {
		field = "code"
		e, err = s.d.Companies.GovernmentBody(ctx, ref.Code)
	} else {
		e, err = s.d.Companies.Company(ctx, ref.NationalID, ref.RegistrationNumber)
	}
	fail := func(code string) error { return errs.InvalidFields([]errs.Field{{Name: field, Code: code}}) }
	switch {
	case errs.Is(err, errs.NotFound):
		return e, o, fail("identity.entity.no_match")
	case err != nil:
		return e, o, err
	case e.State == companies.Dissolved:
		return e, o, fail("identity.entity.dissolved")
	}
	o, ok := e.Acts(me.NationalCode, civil.Of(s.d.Clock.Now()))
	if !ok {
		return e, o, fail("identity.entity.not_yours")
	}
	return e, o, nil
}

func (s *Service) representative(me Person, e companies.Entity, o companies.Officer) Capacity {
	c := Capacity{
		ID: id.New(), Person: me.ID, Role: policy.Representative, From: o.From, Until: o.Until, Rights: policy.Rights(),
		Source: "identity.source.companies", Number: e.RegistrationNumber, Least: RegistryChecked,
	}
	key := "identity.entity.office." + string(o.Office)
	c.TitleFA, c.TitleEN = s.d.Catalog.Printer(i18n.FA).T(key, "name", e.Name), s.d.Catalog.Printer(i18n.EN).T(key, "name", e.Name)
	return c
}

// representKnown gives the capacity for a legal person that has an account,
// unless by has it already.
func (s *Service) representKnown(ctx context.Context, by policy.Actor, entity Person, acts Capacity) (Capacity, error) {
	acts.For = entity.ID
	err := s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := tx.ExecOne(ctx, sqlTouchPerson, entity.ID); err != nil { // the other half of a double click waits here
			return err
		}
		rows, err := store.All[capacityRow](ctx, tx, sqlCapacities, by.Person)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if c := r.capacity(); c.Role == acts.Role && c.For == entity.ID && c.Mandate == "" && c.Until == acts.Until && c.Holds(civil.Of(tx.Now())) {
				acts = c
				return nil
			}
		}
		return s.AddCapacityTx(ctx, tx, by, acts)
	})
	return acts, err
}
