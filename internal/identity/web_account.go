// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// accountView is what somebody is shown of their own account.
type accountView struct {
	P          *i18n.Printer
	Person     Person
	Capacities []Capacity
	Today      civil.Day
	Sessions   []web.Session
	This       string // id of this session
	SignIns    []SignIn
	Accesses   []AccessRow  // the newest
	More       bool         // there are others
	Numbers    []Identifier // of registers outside
	OwnWord    Provisional  // zero: the account does not rest on its owner's word
	Moves      bool         // may change the address that courts have
}

// The account page shows the newest of what package mydata shows in full.
const (
	fewAccesses = 5
	fewSignIns  = 5
)

func (s *Service) showAccount(c *web.Ctx) error {
	ctx, me := c.Context(), c.Actor.Person
	p, err := s.View(ctx, c.Actor, me, "")
	if err != nil {
		return err
	}
	v := accountView{
		P: c.P, Person: p, Today: civil.Of(c.Now()), This: c.Actor.Session,
		Moves: c.Actor.Role == policy.Citizen || c.Actor.Role == policy.Representative,
	}
	if v.Capacities, err = s.Capacities(ctx, me); err != nil {
		return err
	}
	if s.sessions != nil {
		if v.Sessions, err = s.sessions.SessionsOf(ctx, me); err != nil {
			return err
		}
	}
	if v.SignIns, err = s.SignIns(ctx, me); err != nil {
		return err
	}
	if v.Accesses, err = s.Accesses(ctx, me); err != nil {
		return err
	}
	if v.More = len(v.Accesses) > fewAccesses; v.More {
		v.Accesses = v.Accesses[:fewAccesses]
	}
	if v.SignIns = v.SignIns[:min(len(v.SignIns), fewSignIns)]; p.Class != Resident {
		if v.Numbers, err = s.Identifiers(ctx, me); err != nil {
			return err
		}
	}
	if v.OwnWord, _, err = s.ProvisionalOf(ctx, s.d.DB, me); err != nil {
		return err
	}
	return c.Render(web.Page{Title: c.T("identity.account.title"), Active: "account", Lead: c.T("identity.account.lead"), Body: accountBody(v)})
}

// postSessions signs out one device, or all but this one.
func (s *Service) postSessions(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	which := f.Text("session", form.Required, form.Max(64))
	if err := f.Err(); err != nil {
		return err
	}
	switch {
	case s.sessions == nil:
		return errs.New(errs.Unavailable, "")
	case which == "others":
		err = s.sessions.RevokeAll(c.Context(), c.Actor.Person, c.Actor.Session)
	case which == c.Actor.Session:
		if err := c.SignOut(); err != nil {
			return err
		}
		return c.Redirect(pathLogin)
	default:
		err = s.sessions.Revoke(c.Context(), c.Actor.Person, which)
	}
	if err != nil {
		return err
	}
	c.Flash("identity.account.revoked")
	return c.Redirect(pathAccount)
}

// holding lists the capacities that hold today.
func (s *Service) holding(c *web.Ctx, person string) ([]Capacity, error) {
	all, err := s.Capacities(c.Context(), person)
	var out []Capacity
	for _, have := range all {
		if have.Holds(civil.Of(c.Now())) {
			out = append(out, have)
		}
	}
	return out, err
}

func (s *Service) showCapacity(c *web.Ctx) error {
	keepNext(c, c.Query("next"))
	return s.capacityPage(c, c.View(nil, nil))
}

func (s *Service) capacityPage(c *web.Ctx, view web.View) error {
	list, err := s.holding(c, c.Actor.Person)
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("identity.capacity.title"), Active: "account", Errors: view.Errors, NoHeading: len(list) > 0,
		Body: capacityBody(view, c.Actor, list, s.d.Home),
	})
}

func (s *Service) postCapacity(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	list, err := s.holding(c, c.Actor.Person)
	if err != nil {
		return err
	}
	allowed := []string{AsCitizen}
	for _, have := range list {
		allowed = append(allowed, have.ID)
	}
	chosen := f.Choice("capacity", allowed...)
	if err := f.Err(); err != nil {
		shown, err := mended(c, err)
		if err != nil {
			return err
		}
		return s.capacityPage(c, c.View(f, shown))
	}
	if err := c.Renew(chosen); err != nil {
		return err
	}
	return c.Redirect(s.next(c))
}
