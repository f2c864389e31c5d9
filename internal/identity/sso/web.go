// SPDX-License-Identifier: Apache-2.0

package sso

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// The pages.
const (
	pathAuthorize  = "/oidc/authorize"
	pathConsent    = "/oidc/consent/"
	pathConsentID  = pathConsent + "{id}"
	pathAgain      = pathConsent + "{id}/again"
	pathEndSession = "/oidc/end_session"
	pathSignOut    = "/oidc/signed-out"
	pathApps       = "/account/apps"
	pathAppEnd     = "/account/apps/end"
	pathAccount    = web.AccountPath

	// PathSites is the administrators' page of sites.
	PathSites   = "/admin/sites"
	pathSiteEnd = PathSites + "/end"
)

// maxForm is far above what any form of this package holds, in bytes.
const maxForm = 8 << 10

// Routes are the pages of this package.
func (s *Service) Routes() []web.Route {
	only := []policy.Role{policy.Administrator}
	return []web.Route{
		{Method: http.MethodGet, Pattern: pathAuthorize, Roles: web.Anyone, Handle: s.showAuthorize},
		{Method: http.MethodGet, Pattern: pathConsentID, Roles: web.SignedIn, Handle: s.showConsent},
		{Method: http.MethodPost, Pattern: pathConsentID, Roles: web.SignedIn, Handle: s.postConsent},
		{Method: http.MethodPost, Pattern: pathAgain, Roles: web.SignedIn, Handle: s.postAgain},
		{Method: http.MethodGet, Pattern: pathEndSession, Roles: web.Anyone, Handle: s.showEndSession},
		{Method: http.MethodPost, Pattern: pathSignOut, Roles: web.Anyone, Handle: s.postSignOut},
		{Method: http.MethodGet, Pattern: pathApps, Roles: web.SignedIn, Handle: s.showApps},
		{Method: http.MethodPost, Pattern: pathAppEnd, Roles: web.SignedIn, Handle: s.postAppEnd},
		{Method: http.MethodGet, Pattern: PathSites, Roles: only, Handle: s.showSites},
		{Method: http.MethodPost, Pattern: PathSites, Roles: only, Handle: s.postSite},
		{Method: http.MethodPost, Pattern: pathSiteEnd, Roles: only, Handle: s.postSiteEnd},
	}
}

// leave sends the browser to a site. It goes by a page of its own, with a link
// for browsers that do not go on by themselves: a redirect after a form is held
// to form-action by some, and forms of this site go nowhere else.
func (s *Service) leave(c *web.Ctx, name, to string) error {
	c.W.Header().Set("Refresh", "0; url="+to)
	c.W.Header().Set("Referrer-Policy", "no-referrer")
	return c.Render(web.Page{Title: c.T("identity.sso.leave.title", "site", name), Body: leaveBody(c.P, name, to)})
}
