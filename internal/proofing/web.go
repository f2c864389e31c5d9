// SPDX-License-Identifier: Apache-2.0

package proofing

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/platform/web"
)

const (
	pathLevel    = level.Path
	pathRegistry = pathLevel + "/registry"

	maxForm = 8 << 10 // far above what any form of this module holds, in bytes
)

// Routes are the pages of this module.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Pattern: pathLevel, Roles: web.SignedIn, Handle: s.showLevel},
		{Method: http.MethodPost, Pattern: pathRegistry, Roles: web.SignedIn, Handle: s.postRegistry},
	}
}
