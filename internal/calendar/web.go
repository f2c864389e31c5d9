// SPDX-License-Identifier: Apache-2.0

package calendar

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// PathClosures is the page of the days on which courts are closed.
const PathClosures = "/closures"

// Routes are the pages of this module.
func (s *Service) Routes() []web.Route {
	admin := []policy.Role{policy.Administrator}
	return []web.Route{
		{Method: http.MethodGet, Pattern: PathClosures, Roles: admin, Handle: s.showYear},
		{Method: http.MethodPost, Pattern: PathClosures, Roles: admin, Handle: s.postClosure},
		{Method: http.MethodGet, Pattern: PathClosures + "/{date}/{kind}", Roles: admin, Handle: s.showDay},
	}
}
