// SPDX-License-Identifier: Apache-2.0

package desk

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

const (
	// Path is what is at the desks of the body that one acts for.
	Path      = "/body/desk"
	pathRules = Path + "/rules"

	pathPrograms = Path + "/programs"
	pathKeys     = pathPrograms + "/keys"
	pathHook     = pathPrograms + "/hook"
)

// maxForm is far above what any form of this package holds, in bytes.
const maxForm = 16 << 10

// Routes are the pages of this package.
func (s *Service) Routes() []web.Route {
	rep := []policy.Role{policy.Representative}
	return []web.Route{
		{Method: http.MethodGet, Pattern: Path, Roles: rep, Handle: s.deskPage},
		{Method: http.MethodGet, Pattern: pathRules, Roles: rep, Handle: s.rulesPage},
		{Method: http.MethodPost, Pattern: pathRules, Roles: rep, Handle: s.postRule},
		{Method: http.MethodPost, Pattern: pathRules + "/change", Roles: rep, Handle: s.postChange},
		{Method: http.MethodGet, Pattern: pathPrograms, Roles: rep, Handle: s.programsPage},
		{Method: http.MethodPost, Pattern: pathKeys, Roles: rep, Handle: s.postKey},
		{Method: http.MethodPost, Pattern: pathKeys + "/{id}/revoke", Roles: rep, Handle: s.postRevoke},
		{Method: http.MethodPost, Pattern: pathHook, Roles: rep, Handle: s.postHook},
		{Method: http.MethodPost, Pattern: pathHook + "/rotate", Roles: rep, Handle: s.postRotate},
		{Method: http.MethodPost, Pattern: pathHook + "/deliveries/{id}", Roles: rep, Handle: s.postAgain},
		{Method: http.MethodPost, Pattern: pathHook + "/try", Roles: rep, Handle: s.postTry},
		{Method: http.MethodPost, Pattern: pathHook + "/leave", Roles: rep, Handle: s.postLeave},
		{Method: http.MethodGet, Pattern: Path + "/{id}", Roles: rep, Handle: s.itemPage},
		{Method: http.MethodPost, Pattern: Path + "/{id}", Roles: rep, Handle: s.postStep},
		{Method: http.MethodPost, Pattern: Path + "/{id}/hand", Roles: rep, Handle: s.postHand},
	}
}
