// SPDX-License-Identifier: Apache-2.0

package mydata

import (
	"net/http"
	"time"

	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// Path is the page of everything that is kept about somebody.
const Path = web.AccountPath + "/data"

// pathLooks is who has looked.
const pathLooks = Path + "/looks"

// pathCorrections is where somebody says what is wrong.
const pathCorrections = Path + "/corrections"

// PathDesk is where administrators answer, for the menu.
const PathDesk = "/admin/corrections"

// pathExports is where copies are.
const pathExports = Path + "/exports"

// Routes are the pages of this package.
func (s *Service) Routes() []web.Route {
	only := []policy.Role{policy.Administrator}
	return []web.Route{
		{Method: http.MethodGet, Pattern: pathCorrections, Roles: web.SignedIn, Handle: s.correctionsPage},
		{Method: http.MethodPost, Pattern: pathCorrections, Roles: web.SignedIn, Handle: s.postCorrection, MaxBody: maxProof + 2<<20, Timeout: 2 * time.Minute},
		{Method: http.MethodGet, Pattern: PathDesk, Roles: only, Handle: s.deskPage},
		{Method: http.MethodGet, Pattern: PathDesk + "/{person}/{id}", Roles: only, Handle: s.decidePage},
		{Method: http.MethodPost, Pattern: PathDesk + "/{person}/{id}", Roles: only, Handle: s.postDecide},
		{Method: http.MethodGet, Pattern: PathDesk + "/{person}/{id}/proof", Roles: only, Handle: s.proofFile},
		{Method: http.MethodGet, Pattern: Path, Roles: web.SignedIn, Handle: s.indexPage},
		{Method: http.MethodGet, Pattern: pathLooks, Roles: web.SignedIn, Handle: s.looksPage},
		{Method: http.MethodGet, Pattern: Path + "/parts/{module}", Roles: web.SignedIn, Handle: s.partPage},
		{Method: http.MethodPost, Pattern: pathExports, Roles: web.SignedIn, Handle: s.postExport},
		{Method: http.MethodGet, Pattern: pathExports + "/{id}", Roles: web.SignedIn, Handle: s.exportPage},
		{Method: http.MethodPost, Pattern: pathExports + "/{id}/code", Roles: web.SignedIn, Handle: s.postExportCode},
		{Method: http.MethodPost, Pattern: pathExports + "/{id}/download", Roles: web.SignedIn, Handle: s.postExportTake},
		{Method: http.MethodPost, Pattern: pathExports + "/{id}/erase", Roles: web.SignedIn, Handle: s.postExportErase},
	}
}

// about says whose data a page shows to somebody who acts for another; "" for
// everybody else.
func about(c *web.Ctx) string {
	switch {
	case c.Actor.For == "":
		return ""
	case c.Actor.Has(policy.Data):
		return c.T("mydata.about.other", "name", c.Actor.ForName)
	}
	return c.T("mydata.about.me", "name", c.Actor.ForName)
}
