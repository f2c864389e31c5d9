// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

const pathWelcome = "/welcome"

func (s *Service) claimRoutes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Pattern: pathWelcome, Roles: web.Anyone, Handle: s.showWelcome},
		{Method: http.MethodPost, Pattern: pathWelcome, Roles: web.Anyone, Handle: s.postWelcome},
		{Method: http.MethodGet, Pattern: pathWelcome + "/{token}", Roles: web.Anyone, Handle: s.showClaim},
		{Method: http.MethodPost, Pattern: pathWelcome + "/{token}", Roles: web.Anyone, Handle: s.postClaim},
	}
}

// showWelcome asks for the code on a slip.
func (s *Service) showWelcome(c *web.Ctx) error { return welcomePage(c, c.View(nil, nil)) }

func welcomePage(c *web.Ctx, view web.View) error {
	return c.Render(web.Page{Title: c.T("identity.claim.code_title"), Lead: c.T("identity.claim.code_lead"), Errors: view.Errors, Body: welcomeBody(view)})
}

func (s *Service) postWelcome(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	token := cleanClaim(f.Text("slip", form.Missing("identity.claim.code_missing"), form.Max(40)))
	if err = f.Err(); err == nil {
		if err = s.take(c.Context(), "identity.register.limited", brake{s.limits.RegisterAddress, "claim.address", []string{c.IP()}}); err == nil {
			_, err = s.Claim(c.Context(), token)
		}
	}
	if errs.Is(err, errs.NotFound) {
		err = errs.InvalidFields([]errs.Field{{Name: "slip", Code: "identity.claim.gone"}})
	}
	if err != nil {
		shown, err := mended(c, err)
		if err != nil {
			return err
		}
		return welcomePage(c, c.View(f, shown))
	}
	return c.Redirect(pathWelcome + "/" + token)
}

// showClaim only reads: programs that look at links change nothing.
func (s *Service) showClaim(c *web.Ctx) error {
	return s.claimPage(c, c.View(nil, nil))
}

func (s *Service) claimPage(c *web.Ctx, view web.View) error {
	c.W.Header().Set("Referrer-Policy", "no-referrer") // the address is a secret
	_, err := s.Claim(c.Context(), c.Param("token"))
	if errs.Is(err, errs.NotFound) {
		return c.Render(web.Page{Title: c.T("identity.claim.gone_title"), Status: http.StatusNotFound, Body: claimGoneBody(c.P)})
	}
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("identity.claim.title"), Lead: c.T("identity.claim.lead"), Errors: view.Errors,
		Body: claimBody(view, pathWelcome+"/"+cleanClaim(c.Param("token"))),
	})
}

func (s *Service) postClaim(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	birth := f.Day("birth", form.Missing("identity.register.birth_missing"))
	password, again := f.Password("password", form.Missing("identity.password.missing")), f.Password("again", form.Missing("identity.password.again_missing"))
	if !f.Failed("password") && !f.Failed("again") && normalPassword(password) != normalPassword(again) {
		f.Fail("again", "identity.password.differ")
	}
	if err = f.Err(); err == nil {
		err = s.ClaimPassword(c.Context(), c.Param("token"), birth, password, c.IP())
	}
	switch {
	case errs.Is(err, errs.NotFound):
		return s.claimPage(c, c.View(nil, nil))
	case err != nil:
		shown, err := mended(c, err)
		if err != nil {
			return err
		}
		return s.claimPage(c, c.View(f, shown))
	}
	if c.Actor.Person != "" {
		return c.Redirect(s.d.Home)
	}
	c.Flash("identity.claim.done")
	return c.Redirect(pathLogin)
}
