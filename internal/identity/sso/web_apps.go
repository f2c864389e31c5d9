// SPDX-License-Identifier: Apache-2.0

package sso

import (
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

func (s *Service) showApps(c *web.Ctx) error {
	list, err := s.Consents(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("identity.apps.title"), Lead: c.T("identity.apps.lead"), Active: "account", Back: pathAccount,
		Body: appsBody(c.P, list),
	})
}

func (s *Service) postAppEnd(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	site := f.Text("site", form.Required, form.Max(64))
	if err := f.Err(); err != nil {
		return err
	}
	err = s.EndConsent(c.Context(), c.Actor, site)
	if err != nil && !errs.Is(err, errs.Conflict) { // ended meanwhile: what was asked for holds
		return err
	}
	c.Flash("identity.sso.apps.ended")
	return c.Redirect(pathApps)
}
