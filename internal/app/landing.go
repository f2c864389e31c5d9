// SPDX-License-Identifier: Apache-2.0

package app

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// routes are the pages that belong to no module: the front door and the demo.
func (a *App) routes() []web.Route {
	list := []web.Route{{Method: http.MethodGet, Pattern: "/{$}", Roles: web.Anyone, Handle: a.getLanding},
		{Method: http.MethodGet, Pattern: pathDesk, Roles: web.SignedIn, Handle: a.getOwnDesk},
		{Method: http.MethodGet, Pattern: pathProbe + "{part}", Roles: web.Anyone, Handle: a.getProbe}}
	if a.Config.Demo {
		list = append(list,
			web.Route{Method: http.MethodGet, Pattern: "/demo", Roles: web.Anyone, Handle: a.getDemo},
			web.Route{Method: http.MethodGet, Pattern: peoplePath, Roles: web.Anyone, Handle: a.getPeople},
			web.Route{Method: http.MethodGet, Pattern: pathChats + "/{messenger}", Roles: web.Anyone, Handle: a.getChat},
			web.Route{Method: http.MethodPost, Pattern: pathChats + "/{messenger}", Roles: web.Anyone, Handle: a.postChat},
			web.Route{Method: http.MethodGet, Pattern: pathBrowser, Roles: web.Anyone, Handle: a.getBrowser},
			web.Route{Method: http.MethodPost, Pattern: pathBrowser, Roles: web.SignedIn, Handle: a.postBrowser},
			web.Route{Method: http.MethodPost, Pattern: "/demo/clock", Roles: web.Anyone, Handle: a.postClock},
		)
	}
	return list
}

// landingView is the front door.
type landingView struct {
	groups []offerGroup
	steps  []landingStep
	demo   bool
}

// offerGroup is what can be filed, of one kind.
type offerGroup struct {
	label  string
	titles []string
}

type landingStep struct{ title, text string }

// landingKinds are the kinds of filings in the order of the front door.
var landingKinds = []catalogue.Kind{
	catalogue.Petition, catalogue.Complaint, catalogue.Declaration, catalogue.Objection, catalogue.Brief, catalogue.Certificate,
}

func (a *App) getLanding(c *web.Ctx) error {
	if c.Actor.Role != policy.Nobody {
		return c.Redirect("/home")
	}
	all, err := a.Catalogue.List(c.Context(), civil.Of(c.Now()))
	if err != nil {
		return err
	}
	v := landingView{demo: c.Demo(), steps: []landingStep{
		{c.T("app.landing.step1"), c.T("app.landing.step1_text")}, {c.T("app.landing.step2"), c.T("app.landing.step2_text")},
		{c.T("app.landing.step3"), c.T("app.landing.step3_text")}, {c.T("app.landing.step4"), c.T("app.landing.step4_text")},
	}}
	for _, kind := range landingKinds {
		g := offerGroup{label: c.T("app.landing.kind." + string(kind))}
		for _, d := range all {
			if d.Kind == kind {
				g.titles = append(g.titles, d.Title.In(c.P.Lang()))
			}
		}
		if len(g.titles) > 0 {
			v.groups = append(v.groups, g)
		}
	}
	return c.Render(web.Page{Title: c.T("app.landing.title"), Lead: c.T("app.landing.lead"), Body: landingBody(c.P, v), Aside: landingAside(c.P)})
}
