// SPDX-License-Identifier: Apache-2.0

package steward

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// PathRegistrations is the page with the counts, for the menu.
const PathRegistrations = "/admin/registrations"

// PathAccounts is the page where closed accounts are opened again, for the menu.
const PathAccounts = "/admin/accounts"

const pathRegistrationsFile = "/admin/registrations.csv"

// Routes are the pages of this package.
func (s *Service) Routes() []web.Route {
	counts := []policy.Role{policy.Administrator, policy.Auditor, policy.Inspector}
	only := []policy.Role{policy.Administrator}
	return []web.Route{
		{Method: http.MethodGet, Pattern: PathAccounts, Roles: only, Handle: s.showAccounts},
		{Method: http.MethodPost, Pattern: PathAccounts, Roles: only, Handle: s.findAccount},
		{Method: http.MethodGet, Pattern: PathAccounts + "/{person}", Roles: only, Handle: s.showAccount},
		{Method: http.MethodPost, Pattern: PathAccounts + "/{person}", Roles: only, Handle: s.postProposal},
		{Method: http.MethodPost, Pattern: PathAccounts + "/{person}/decide", Roles: only, Handle: s.postDecision},
		{Method: http.MethodGet, Pattern: PathDoubts, Roles: only, Handle: s.showDoubts},
		{Method: http.MethodPost, Pattern: PathDoubts + "/{kind}", Roles: only, Handle: s.postDoubt},
		{Method: http.MethodPost, Pattern: PathDoubts + "/{kind}/decide", Roles: only, Handle: s.postDoubtDecision},
		{Method: http.MethodPost, Pattern: PathDoubts + "/{kind}/dismiss", Roles: only, Handle: s.postDismissal},
		{Method: http.MethodGet, Pattern: PathRegistrations, Roles: counts, Handle: s.showCounts},
		{Method: http.MethodGet, Pattern: pathRegistrationsFile, Roles: counts, Handle: s.countsFile},
	}
}
