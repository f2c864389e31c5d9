// SPDX-License-Identifier: Apache-2.0

package appoint

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// The pages, for the menu and for links.
const (
	PathPosts     = "/appointments"
	PathGuardians = "/guardianships"
	PathWard      = "/capacity/guardian"
)

// maxForm is far above what any form of this package holds, in bytes.
const maxForm = 16 << 10

// Routes are the pages of this package.
func (s *Service) Routes() []web.Route {
	admin, judge := []policy.Role{policy.Administrator}, []policy.Role{policy.Judge}
	return []web.Route{
		{Method: http.MethodGet, Pattern: PathPosts, Roles: admin, Handle: s.showPosts},
		{Method: http.MethodPost, Pattern: PathPosts, Roles: admin, Handle: s.findPerson},
		{Method: http.MethodGet, Pattern: PathPosts + "/{person}", Roles: admin, Handle: s.showPerson},
		{Method: http.MethodPost, Pattern: PathPosts + "/{person}", Roles: admin, Handle: s.postPost},
		{Method: http.MethodPost, Pattern: PathPosts + "/{person}/end", Roles: admin, Handle: s.postEnd},
		{Method: http.MethodPost, Pattern: PathPosts + "/{person}/decide", Roles: admin, Handle: s.postDecision},
		{Method: http.MethodGet, Pattern: PathGuardians, Roles: judge, Handle: s.showGuardians},
		{Method: http.MethodPost, Pattern: PathGuardians, Roles: judge, Handle: s.postGuardian},
		{Method: http.MethodPost, Pattern: PathGuardians + "/end", Roles: judge, Handle: s.postGuardianEnd},
		{Method: http.MethodGet, Pattern: PathWard, Roles: web.SignedIn, Handle: s.showWard},
		{Method: http.MethodPost, Pattern: PathWard, Roles: web.SignedIn, Handle: s.postWard},
	}
}
