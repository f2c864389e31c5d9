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
	pathVideo    = pathLevel + "/video"
	pathOrder    = pathVideo + "/{id}"
	pathReturn   = pathVideo + "/return" // where brokers send browsers back to
	pathCallback = "/proofing/callback"  // where brokers call

	maxForm = 8 << 10 // far above what any form of this module holds, in bytes
)

// Routes are the pages of this module.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Pattern: pathLevel, Roles: web.SignedIn, Handle: s.showLevel},
		{Method: http.MethodPost, Pattern: pathRegistry, Roles: web.SignedIn, Handle: s.postRegistry},
		{Method: http.MethodGet, Pattern: pathVideo, Roles: web.SignedIn, Handle: s.showVideo},
		{Method: http.MethodPost, Pattern: pathVideo, Roles: web.SignedIn, Handle: s.postVideo},
		{Method: http.MethodGet, Pattern: pathOrder, Roles: web.SignedIn, Handle: s.showOrder},
		{Method: http.MethodPost, Pattern: pathOrder + "/begin", Roles: web.SignedIn, Handle: s.postBegin},
		{Method: http.MethodPost, Pattern: pathOrder + "/check", Roles: web.SignedIn, Handle: s.postCheck},
		{Method: http.MethodPost, Pattern: pathOrder + "/back", Roles: web.SignedIn, Handle: s.postBack},
		// The return and the call only make us ask the broker, and tell nothing.
		{Method: http.MethodGet, Pattern: pathReturn, Roles: web.Anyone, Handle: s.returned},
		{Method: http.MethodPost, Pattern: pathCallback, Roles: web.Anyone, Handle: s.called},
	}
}
