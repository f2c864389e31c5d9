// SPDX-License-Identifier: Apache-2.0

package appoint

import (
	"context"
	"slices"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Appointment gives a person a post.
type Appointment struct {
	Person       string
	Role         policy.Role
	Unit, Branch string
	Until        civil.Day // last day; 0: no end
	Letter       string    // number of the letter by which it was done
}

// Appoint gives somebody a post. A second click finds it given. To be an
// administrator is only proposed by it, and the capacity "", until another
// administrator agrees (Decide). errs.Forbidden:
// by does not give such posts, or is that person. errs.Invalid names what is
// wrong.
func (s *Service) Appoint(ctx context.Context, by policy.Actor, n Appointment) (capacity string, err error) {
	defer errs.Wrap(&err, "appoint.Appoint")
	post, ok := s.post(n.Role)
	if !ok || n.Role == policy.Guardian {
		return "", errs.InvalidFields([]errs.Field{{Name: "role", Code: "form.choose"}})
	}
	if err := s.may(by, post, n.Person, by.Unit); err != nil {
		return "", err
	}
	p, err := s.d.Identity.Person(ctx, n.Person)
	if err != nil {
		return "", err
	}
	fa, en, fields, err := s.check(ctx, p, post, &n)
	if err != nil {
		return "", err
	}
	if err := errs.InvalidFields(fields); err != nil {
		return "", err
	}
	if n.Role == policy.Administrator {
		return "", s.proposeAdministrator(ctx, by, p.ID, n.Letter)
	}
	key := "appoint.title." + string(n.Role)
	c := identity.Capacity{
		ID: id.New(), Person: p.ID, Role: n.Role, Unit: n.Unit, Branch: n.Branch, From: s.today(), Until: n.Until,
		TitleFA: s.title(i18n.FA, key, fa), TitleEN: s.title(i18n.EN, key, en), Source: "appoint.source.letter", Number: n.Letter, Least: leastProof,
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		held, err := s.d.Identity.HeldTx(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(held, func(h identity.Capacity) bool {
			return h.Role == c.Role && h.Unit == c.Unit && h.Branch == c.Branch && h.Until == c.Until && h.Holds(s.today())
		})
		if i >= 0 {
			c.ID = held[i].ID
			return nil
		}
		return s.d.Identity.AddCapacityTx(ctx, tx, by, c)
	})
	return c.ID, err
}

// check finds what is wrong with an appointment, and the name of its unit.
func (s *Service) check(ctx context.Context, p identity.Person, post Post, n *Appointment) (fa, en string, fields []errs.Field, err error) {
	n.Letter, n.Unit, n.Branch = persian.Store(n.Letter), persian.Digits(n.Unit), persian.Digits(n.Branch)
	fail := func(name, code string) { fields = append(fields, errs.Field{Name: name, Code: code}) }
	switch {
	case p.Status != identity.Active || !p.Class.Natural():
		fail("", "appoint.wrong.person")
	case p.Assurance < leastProof:
		fail("", "appoint.wrong.level")
	}
	if n.Letter == "" {
		fail("letter", "form.required")
	}
	if n.Until != 0 && n.Role == policy.Administrator {
		fail("until", "appoint.administrator.until")
	}
	if n.Until != 0 && n.Until < s.today() {
		fail("until", "appoint.wrong.until")
	}
	if !post.Branch {
		n.Branch = ""
	}
	if post.Unit == "" {
		n.Unit = ""
		return "", "", fields, nil
	}
	if fa, en, err = s.d.UnitName(ctx, post.Unit, n.Unit, n.Branch); err == nil && fa == "" {
		fail("unit", "appoint.wrong.unit")
	}
	if post.Branch && n.Branch == "" {
		fail("branch", "form.required")
	}
	return fa, en, fields, err
}

// End ends a post or a guardianship that by could have given. errs.NotFound: there
// is none. A second click finds it ended. That of an administrator is only proposed
// to end until another administrator agrees (Decide).
func (s *Service) End(ctx context.Context, by policy.Actor, person, capacity, why string) (err error) {
	defer errs.Wrap(&err, "appoint.End")
	c, err := s.find(ctx, by, person, capacity)
	if err != nil || !c.Ended.IsZero() {
		return err
	}
	if why = persian.Store(why); why == "" {
		return errs.InvalidFields([]errs.Field{{Name: "why", Code: "form.required"}})
	}
	if c.Role == policy.Administrator {
		return s.proposeEnd(ctx, by, person, why)
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		_, err := s.d.Identity.RevokeTx(ctx, tx, by, c, why)
		return err
	})
	return err
}

// find reads a capacity of somebody that by may end.
func (s *Service) find(ctx context.Context, by policy.Actor, person, capacity string) (identity.Capacity, error) {
	list, err := s.d.Identity.Capacities(ctx, person)
	if err != nil {
		return identity.Capacity{}, err
	}
	for _, c := range list {
		if c.ID == capacity && s.mayEnd(by, c) {
			return c, nil
		}
	}
	return identity.Capacity{}, errs.New(errs.NotFound, "appoint.none")
}

// mayEnd tells whether by could have given a capacity.
func (s *Service) mayEnd(by policy.Actor, c identity.Capacity) bool {
	post, ok := s.post(c.Role)
	if !ok || c.Mandate != "" {
		return false
	}
	return s.may(by, post, c.Person, c.Issuer) == nil // a guardian of another court's, or of the registry's, is not his
}
