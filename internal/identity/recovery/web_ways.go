// SPDX-License-Identifier: Apache-2.0

package recovery

import (
	"errors"
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// waysView is the page of what may be done.
type waysView struct {
	web.View
	Case  Case
	Now   time.Time
	Hours int
}

func (s *Service) showStart(c *web.Ctx) error {
	return c.Render(web.Page{Title: c.T("recovery.start.title"), Lead: c.T("recovery.start.lead"), Back: web.LoginPath, Body: startBody(c.P)})
}

// here is the case of this session. ok is false if there is none: the answer then
// leads to where one begins.
func (s *Service) here(c *web.Ctx) (_ Case, ok bool, err error) {
	now, err := s.Case(c.Context(), identity.RegistrationIn(c))
	if isCode(err, "identity.register.step") {
		if c.Actor.Person != "" { // the other half of a double click has signed in
			return now, false, c.Redirect(identity.PathWays)
		}
		return now, false, c.Redirect(pathStart)
	}
	return now, err == nil, err
}

func (s *Service) showWays(c *web.Ctx) error {
	now, ok, err := s.here(c)
	if !ok {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("recovery.ways.title"), Lead: c.T("recovery.ways.lead"),
		Body: waysBody(waysView{View: c.View(nil, nil), Case: now, Now: c.Now(), Hours: int(s.d.Wait / time.Hour)}),
	})
}

// postWays opens a request.
func (s *Service) postWays(c *web.Ctx) error {
	if _, err := c.Form(maxForm); err != nil {
		return err
	}
	now, ok, err := s.here(c)
	if !ok {
		return err
	}
	if _, err := s.Open(c.Context(), now.Registration.ID); err != nil && !isCode(err, "recovery.simple") {
		return err
	}
	return c.Redirect(pathWays)
}

// passwordView is the page that asks for a new password.
type passwordView struct {
	web.View
	Name string // what they sign in with
	Code bool   // a recovery code is asked for
}

func (s *Service) showPassword(c *web.Ctx) error {
	now, ok, err := s.here(c)
	if !ok {
		return err
	}
	return s.passwordPage(c, now, c.View(nil, nil), c.Query("by") == "code")
}

func (s *Service) passwordPage(c *web.Ctx, now Case, view web.View, code bool) error {
	if !code && !now.Request.Open(c.Now()) {
		return c.Redirect(pathWays)
	}
	return c.Render(web.Page{
		Title: c.T("recovery.password.title"), Back: pathWays, Errors: view.Errors,
		Body: passwordBody(passwordView{View: view, Name: now.Registration.NationalCode, Code: code}),
	})
}

func (s *Service) postPassword(c *web.Ctx) error {
	now, ok, err := s.here(c)
	if !ok {
		return err
	}
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	f.Known("username")
	code, by := "", f.Text("by", form.Optional, form.Max(10))
	if by == "code" {
		code = f.Text("code", form.Missing("identity.recovery.wrong"), form.Max(40))
	}
	password, again := f.Password("password", form.Missing("identity.password.missing")), f.Password("again", form.Missing("identity.password.again_missing"))
	if !f.Failed("password") && !f.Failed("again") && !identity.SamePassword(password, again) {
		f.Fail("again", "identity.password.differ")
	}
	if err = f.Err(); err == nil {
		var p identity.Person
		if p, err = s.Finish(c.Context(), now.Registration.ID, password, code); err == nil {
			c.Flash("recovery.done." + source(code))
			return s.d.Identity.EnterRecovered(c, p.ID)
		}
	}
	if isCode(err, "recovery.not_yet") {
		return c.Redirect(pathWays)
	}
	shown, ok := c.Errors(err, nil)
	if !ok {
		return err
	}
	return s.passwordPage(c, now, c.View(nil, shown), by == "code")
}

// source is part of a key of words.
func source(code string) string {
	if code != "" {
		return "code"
	}
	return "request"
}

// isCode tells whether err carries the locale code.
func isCode(err error, code string) bool {
	e, ok := errors.AsType[*errs.Error](err)
	return ok && e.Code == code
}
