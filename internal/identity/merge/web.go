// SPDX-License-Identifier: Apache-2.0

package merge

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// PathMerges is the page where accounts are made one, for the menu.
const PathMerges = "/admin/merges"

const pathCompare = PathMerges + "/compare"

// maxBody is far above what any form of this package holds, in bytes.
const maxBody = 16 << 10

// Routes are the pages of this package.
func (s *Service) Routes() []web.Route {
	only := []policy.Role{policy.Administrator}
	return []web.Route{
		{Method: http.MethodGet, Pattern: PathMerges, Roles: only, Handle: s.showMerges},
		{Method: http.MethodPost, Pattern: PathMerges, Roles: only, Handle: s.findTwo},
		{Method: http.MethodGet, Pattern: pathCompare + "/{one}/{two}", Roles: only, Handle: s.showCompare},
		{Method: http.MethodPost, Pattern: pathCompare + "/{one}/{two}", Roles: only, Handle: s.postProposal},
		{Method: http.MethodPost, Pattern: pathCompare + "/{one}/{two}/apart", Roles: only, Handle: s.postApart},
		{Method: http.MethodGet, Pattern: PathMerges + "/{id}", Roles: only, Handle: s.showMerge},
		{Method: http.MethodPost, Pattern: PathMerges + "/{id}/decide", Roles: only, Handle: s.postDecision},
		{Method: http.MethodPost, Pattern: PathMerges + "/{id}/undo", Roles: only, Handle: s.postUndo},
		{Method: http.MethodPost, Pattern: PathMerges + "/{id}/decide-undo", Roles: only, Handle: s.postUndoDecision},
	}
}
