// SPDX-License-Identifier: Apache-2.0

package bulk

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// Path is the page of batches.
const Path = "/batches"

var desks = []policy.Role{policy.Clerk, policy.Administrator}

// Routes are the pages of this package.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Pattern: Path, Roles: desks, Handle: s.listPage},
		{Method: http.MethodGet, Pattern: Path + "/{id}", Roles: desks, Handle: s.showBatch},
		{Method: http.MethodPost, Pattern: Path + "/{id}/{step}", Roles: desks, Handle: s.steerBatch},
	}
}

// Page is where a batch is shown.
func (b Batch) Page() string { return Path + "/" + b.ID }
