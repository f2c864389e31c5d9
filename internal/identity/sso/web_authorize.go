// SPDX-License-Identifier: Apache-2.0

package sso

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// showAuthorize takes a browser that a site sent. Nothing is shown but what is
// wrong; whoever has to do something gets to another page.
func (s *Service) showAuthorize(c *web.Ctx) error {
	ctx := c.Context()
	if err := s.d.Identity.CountSite(ctx, c.IP()); err != nil {
		return err
	}
	r, back, err := s.Begin(ctx, c.R.URL.Query())
	if errs.Is(err, errs.Invalid) {
		return c.Render(web.Page{Title: c.T("identity.sso.bad.title"), Status: http.StatusBadRequest, Body: badBody(c.P, c.P.Error(err))})
	}
	if err != nil {
		return err
	}
	if back != "" {
		return send(c, back)
	}
	signedIn := identity.SignedInAt(c)
	need, given, err := s.Judge(ctx, c.Actor, r, signedIn)
	switch {
	case err != nil:
		return err
	case need == Nothing:
		back, err = s.Approve(ctx, c.Actor, r, given, signedIn)
	case r.Silent:
		back, err = s.Refuse(ctx, c.Actor, r, string(need))
	default:
		return c.Redirect(pathConsent + r.ID)
	}
	if err != nil {
		return err
	}
	return send(c, back)
}

// send redirects to a site. It may follow a link only, never a form (leave).
func send(c *web.Ctx, to string) error {
	c.W.Header().Set("Cache-Control", "no-store")
	c.W.Header().Set("Referrer-Policy", "no-referrer")
	http.Redirect(c.W, c.R, to, http.StatusFound)
	return nil
}
