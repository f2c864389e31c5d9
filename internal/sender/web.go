// SPDX-License-Identifier: Apache-2.0

package sender

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

const (
	// Path is the desk of a body that sends.
	Path          = "/sender"
	pathTemplates = Path + "/templates"
	pathKeys      = Path + "/keys"
	pathHook      = Path + "/hook"
	pathBatches   = Path + "/batches"
	// PathCentre is where the centre decides.
	PathCentre = "/senders"
)

// maxForm is far above what any form of this module holds, in bytes.
const maxForm = 128 << 10

// Routes are the pages of this module.
func (s *Service) Routes() []web.Route {
	rep, centre := []policy.Role{policy.Representative}, []policy.Role{policy.Centre}
	return []web.Route{
		{Method: http.MethodGet, Pattern: Path, Roles: rep, Handle: s.showDesk},
		{Method: http.MethodPost, Pattern: Path, Roles: rep, Handle: s.postApply},
		{Method: http.MethodGet, Pattern: pathTemplates, Roles: rep, Handle: s.showTemplates},
		{Method: http.MethodPost, Pattern: pathTemplates, Roles: rep, Handle: s.postTemplate},
		{Method: http.MethodGet, Pattern: pathTemplates + "/{id}", Roles: rep, Handle: s.showTemplate},
		{Method: http.MethodGet, Pattern: pathKeys, Roles: rep, Handle: s.showKeys},
		{Method: http.MethodPost, Pattern: pathKeys, Roles: rep, Handle: s.postKey},
		{Method: http.MethodPost, Pattern: pathKeys + "/{id}/revoke", Roles: rep, Handle: s.postRevoke},
		{Method: http.MethodGet, Pattern: pathHook, Roles: rep, Handle: s.showHook},
		{Method: http.MethodPost, Pattern: pathHook, Roles: rep, Handle: s.postHook},
		{Method: http.MethodPost, Pattern: pathHook + "/rotate", Roles: rep, Handle: s.postRotate},
		{Method: http.MethodPost, Pattern: pathHook + "/deliveries/{id}", Roles: rep, Handle: s.postAgain},
		{Method: http.MethodPost, Pattern: pathHook + "/try", Roles: rep, Handle: s.postTry},
		{Method: http.MethodPost, Pattern: pathHook + "/leave", Roles: rep, Handle: s.postLeave},
		{Method: http.MethodGet, Pattern: pathBatches, Roles: rep, Handle: s.showBatches},
		{Method: http.MethodPost, Pattern: pathBatches, Roles: rep, Handle: s.postBatch, MaxBody: maxFile + maxForm, Timeout: fileTimeout},
		{Method: http.MethodGet, Pattern: pathBatches + "/{id}", Roles: rep, Handle: s.showBatch},
		{Method: http.MethodGet, Pattern: pathBatches + "/{id}/results", Roles: rep, Handle: s.getResults, Timeout: fileTimeout},
		{Method: http.MethodPost, Pattern: pathBatches + "/{id}/{step}", Roles: rep, Handle: s.postStep},
		{Method: http.MethodGet, Pattern: PathCentre, Roles: centre, Handle: s.showCentre},
		{Method: http.MethodGet, Pattern: PathCentre + "/{body}/{id}", Roles: centre, Handle: s.showContract},
		{Method: http.MethodPost, Pattern: PathCentre + "/{body}/{id}", Roles: centre, Handle: s.postDecide},
		{Method: http.MethodGet, Pattern: PathCentre + "/{body}/templates/{id}", Roles: centre, Handle: s.showJudge},
		{Method: http.MethodPost, Pattern: PathCentre + "/{body}/templates/{id}", Roles: centre, Handle: s.postJudge},
	}
}
