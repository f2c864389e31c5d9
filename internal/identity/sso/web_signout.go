// SPDX-License-Identifier: Apache-2.0

package sso

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// showEndSession asks somebody who signed out of a site whether they want to
// sign out here, too: a site cannot do that to them.
func (s *Service) showEndSession(c *web.Ctx) error {
	l, err := s.SignOut(c.Context(), c.R.URL.Query())
	if errs.Is(err, errs.Invalid) {
		return c.Render(web.Page{Title: c.T("identity.sso.bad.title"), Status: http.StatusBadRequest, Body: badBody(c.P, c.P.Error(err))})
	}
	if err != nil {
		return err
	}
	if c.Actor.Person == "" {
		if l.To != "" {
			return send(c, l.To)
		}
		return c.Redirect("/")
	}
	if err := s.EndThere(c.Context(), c.Actor.Person, l); err != nil {
		return err
	}
	to, err := s.sealTo(l.To)
	if err != nil {
		return err
	}
	return c.Render(web.Page{Title: c.T("identity.sso.out.title"), Body: signOutBody(c.P, l.Client.Name(c.P.Lang()), to)})
}

func (s *Service) postSignOut(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	here, to := f.Bool("here"), s.openTo(f.Text("to", form.Max(8000)))
	if err := f.Err(); err != nil {
		return err
	}
	if here {
		if err := c.SignOut(); err != nil {
			return err
		}
	}
	if to == "" {
		return c.Redirect("/")
	}
	return s.leave(c, hostOf(to), to)
}
