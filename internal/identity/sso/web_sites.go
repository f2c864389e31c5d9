// SPDX-License-Identifier: Apache-2.0

package sso

import (
	"strings"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// sitesView is the administrators' page of sites.
type sitesView struct {
	web.View
	Clients []Client
	Act     string // key of the act that the form is
	Made    Client // the site just registered
	Secret  string // of it; shown this once
	Issuer  string
}

func (s *Service) showSites(c *web.Ctx) error { return s.sitesPage(c, c.View(nil, nil)) }

func (s *Service) sitesPage(c *web.Ctx, view web.View) error {
	list, err := s.Clients(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("identity.sites.title"), Lead: c.T("identity.sites.lead"), Active: "sites", Errors: view.Errors,
		Body: sitesBody(sitesView{View: view, Clients: list, Act: id.New()}),
	})
}

// postSite registers a site and shows its secret on the answer itself: it is in
// no address and in no session.
func (s *Service) postSite(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	n := Client{
		NameFA: f.Text("name_fa", form.Missing("identity.sites.missing.name_fa"), form.Max(maxClientName)), NameEN: f.Text("name_en", form.Missing("identity.sites.missing.name_en"), form.Max(maxClientName)),
		OwnerFA: f.Text("owner_fa", form.Missing("identity.sites.missing.owner_fa"), form.Max(maxClientName)), OwnerEN: f.Text("owner_en", form.Missing("identity.sites.missing.owner_en"), form.Max(maxClientName)),
		Redirects: strings.Fields(f.Raw("redirects")), Logouts: strings.Fields(f.Raw("logouts")), Sector: strings.TrimSpace(f.Raw("sector")),
		Public: f.Bool("public"), Act: f.Text("act", form.Max(64)),
	}
	for _, scope := range f.Choices("scopes", names(Scopes())...) {
		n.Scopes = append(n.Scopes, Scope(scope))
	}
	var made Client
	secret := ""
	if err = f.Err(); err == nil {
		made, secret, err = s.AddClient(c.Context(), c.Actor, n)
	}
	if err != nil {
		shown, ok := c.Errors(err, nil)
		if !ok {
			return err
		}
		return s.sitesPage(c, c.View(f, shown))
	}
	return c.Render(web.Page{
		Title: c.T("identity.sites.made"), Active: "sites", NoHeading: true,
		Body: siteMadeBody(sitesView{View: c.View(nil, nil), Made: made, Secret: secret, Issuer: s.d.BaseURL}),
	})
}

// postSiteEnd shuts a site out.
func (s *Service) postSiteEnd(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	site := f.Text("site", form.Required, form.Max(64))
	if err := f.Err(); err != nil {
		return err
	}
	if err := s.EndClient(c.Context(), c.Actor, site); err != nil && !errs.Is(err, errs.Conflict) { // shut out meanwhile: what was asked for holds
		return err
	}
	c.Flash("identity.sites.ended")
	return c.Redirect(PathSites)
}
