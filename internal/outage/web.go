// SPDX-License-Identifier: Apache-2.0

package outage

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

const (
	// PathStatus is the public page. It stands in papers and must never change.
	PathStatus = "/status"
	// PathFeed is what a feed reader asks for.
	PathFeed = PathStatus + "/feed.atom"
	// PathDesk is where an administrator declares and corrects.
	PathDesk = "/outages"
)

// Path is the public page of one interval.
func Path(id string) string { return PathStatus + "/" + id }

// maxForm is far above what any form of this module holds, in bytes.
const maxForm = 32 << 10

// Routes are the pages of this module.
func (s *Service) Routes() []web.Route {
	admin := []policy.Role{policy.Administrator}
	return []web.Route{
		{Method: http.MethodGet, Pattern: PathStatus, Roles: web.Anyone, Handle: s.showStatus, Always: true},
		{Method: http.MethodGet, Pattern: PathFeed, Roles: web.Anyone, Handle: s.showFeed, Always: true},
		{Method: http.MethodGet, Pattern: PathStatus + "/{id}", Roles: web.Anyone, Handle: s.showInterval},
		{Method: http.MethodGet, Pattern: PathStatus + "/{id}/certificates/{lang}", Roles: web.Anyone, Handle: s.getCertificate},
		{Method: http.MethodGet, Pattern: PathStatus + "/{id}/receipts/{version}", Roles: web.Anyone, Handle: s.getReceipt},
		{Method: http.MethodGet, Pattern: PathDesk, Roles: admin, Handle: s.showDesk},
		{Method: http.MethodPost, Pattern: PathDesk, Roles: admin, Handle: s.postDeclare},
		{Method: http.MethodGet, Pattern: PathDesk + "/{id}", Roles: admin, Handle: s.showChange},
		{Method: http.MethodPost, Pattern: PathDesk + "/{id}/close", Roles: admin, Handle: s.postClose},
		{Method: http.MethodPost, Pattern: PathDesk + "/{id}/correct", Roles: admin, Handle: s.postCorrect},
		{Method: http.MethodPost, Pattern: PathDesk + "/{id}/withdraw", Roles: admin, Handle: s.postWithdraw},
	}
}
