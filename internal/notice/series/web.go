// SPDX-License-Identifier: Apache-2.0

package series

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// Path is the page of somebody's notices with their numbers.
const Path = "/inbox/numbers"

const pathFile = Path + "/file"

// readers are the capacities in which a person has an inbox.
var readers = append(policy.Parties(), policy.Expert)

// Routes are the pages of this package.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Pattern: Path, Roles: readers, Handle: s.seriesPage},
		{Method: http.MethodGet, Pattern: pathFile, Roles: readers, Handle: s.file},
	}
}
