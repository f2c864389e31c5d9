// SPDX-License-Identifier: Apache-2.0

package recovery

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/platform/web"
)

// PathMine is the page of the requests for one's own account.
const PathMine = "/account/recovery"

const (
	pathStart    = "/recover"
	pathWays     = "/recover/ways"
	pathPassword = "/recover/password"
	pathStop     = "/recover/stop"
	pathRegister = "/register"
)

// maxForm is far above what any form of this package holds, in bytes.
const maxForm = 16 << 10

// Routes are the pages of this package.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Pattern: pathStart, Roles: web.Anyone, Handle: s.showStart},
		{Method: http.MethodGet, Pattern: pathWays, Roles: web.Anyone, Handle: s.showWays},
		{Method: http.MethodPost, Pattern: pathWays, Roles: web.Anyone, Handle: s.postWays},
		{Method: http.MethodGet, Pattern: pathPassword, Roles: web.Anyone, Handle: s.showPassword},
		{Method: http.MethodPost, Pattern: pathPassword, Roles: web.Anyone, Handle: s.postPassword},
		{Method: http.MethodGet, Pattern: pathStop + "/{token}", Roles: web.Anyone, Handle: s.showStop},
		{Method: http.MethodPost, Pattern: pathStop + "/{token}", Roles: web.Anyone, Handle: s.postStop},
		{Method: http.MethodGet, Pattern: PathMine, Roles: web.SignedIn, Handle: s.showMine},
		{Method: http.MethodPost, Pattern: PathMine, Roles: web.SignedIn, Handle: s.postMine},
	}
}
