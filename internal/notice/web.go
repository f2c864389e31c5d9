// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// readers are the capacities in which a person has an inbox.
var readers = append(policy.Parties(), policy.Expert)

// Routes are the pages of this module. Opening changes the legal state, so it
// is a POST and no link can do it.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Pattern: "/inbox", Roles: readers, Handle: s.inboxPage},
		{Method: http.MethodGet, Pattern: "/inbox/{id}", Roles: readers, Handle: s.noticePage},
		{Method: http.MethodPost, Pattern: "/inbox/{id}/open", Roles: readers, Handle: s.openNotice},
		{Method: http.MethodGet, Pattern: "/inbox/{id}/paper", Roles: readers, Handle: s.paperPage},
		{Method: http.MethodGet, Pattern: "/inbox/{id}/receipt", Roles: readers, Handle: s.receipt},
	}
}
