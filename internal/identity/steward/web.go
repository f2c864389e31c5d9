// SPDX-License-Identifier: Apache-2.0

package steward

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// PathRegistrations is the page with the counts, for the menu.
const PathRegistrations = "/admin/registrations"

const pathRegistrationsFile = "/admin/registrations.csv"

// Routes are the pages of this package.
func (s *Service) Routes() []web.Route {
	counts := []policy.Role{policy.Administrator, policy.Auditor, policy.Inspector}
	return []web.Route{
		{Method: http.MethodGet, Pattern: PathRegistrations, Roles: counts, Handle: s.showCounts},
		{Method: http.MethodGet, Pattern: pathRegistrationsFile, Roles: counts, Handle: s.countsFile},
	}
}
