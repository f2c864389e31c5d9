// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

const pathOwnPassword = "/account/ways/password"

func (s *Service) showOwnPassword(c *web.Ctx) error {
	if !fresh(c) {
		return c.Redirect(provePath(pathOwnPassword))
	}
	return s.ownPasswordPage(c, c.View(nil, nil))
}

func (s *Service) ownPasswordPage(c *web.Ctx, view web.View) error {
	p, err := s.Person(c.Context(), c.Actor.Person)
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("identity.password.renew"), Active: "account", Back: pathWays, Errors: view.Errors, Body: ownPasswordBody(view, p.NationalCode),
	})
}

// postOwnPassword sets the password and goes on in a new session: every older
// one, this too, has ended.
func (s *Service) postOwnPassword(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	if !fresh(c) {
		note(c, "identity.ways.again")
		return c.Redirect(provePath(pathOwnPassword))
	}
	f.Known("username")
	password, again := f.Password("password", form.Missing("identity.password.missing")), f.Password("again", form.Missing("identity.password.again_missing"))
	if !f.Failed("password") && !f.Failed("again") && !SamePassword(password, again) {
		f.Fail("again", "identity.password.differ")
	}
	if err = f.Err(); err == nil {
		if err = s.ChangePassword(c.Context(), c.Actor, password); err == nil {
			return s.inNewSession(c, "identity.password.renewed", pathWays)
		}
	}
	shown, err := mended(c, err)
	if err != nil {
		return err
	}
	return s.ownPasswordPage(c, c.View(nil, shown))
}

// inNewSession ends the other sessions of the person of this one, and has them go
// on under a new token.
func (s *Service) inNewSession(c *web.Ctx, flash, path string) error {
	if s.sessions != nil { // before the token is new: what is ended cannot be renewed
		if err := s.sessions.RevokeAll(c.Context(), c.Actor.Person, c.Actor.Session); err != nil {
			return err
		}
	}
	capacity := c.Actor.Capacity
	if capacity == "" {
		capacity = AsCitizen
	}
	if err := c.SignIn(c.Actor.Person, capacity); err != nil {
		return err
	}
	if err := s.meet(c); err != nil {
		return err
	}
	c.Flash(flash)
	return c.Redirect(path)
}
