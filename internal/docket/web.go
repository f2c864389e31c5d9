// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

var (
	readers = append(policy.Parties(), policy.Clerk, policy.Judge)
	judges  = []policy.Role{policy.Judge}
	parties = []policy.Role{policy.Citizen, policy.Representative, policy.Guardian, policy.Helper}
	desks   = []policy.Role{policy.Clerk, policy.Judge}
)

// Routes are the pages of this module.
func (s *Service) Routes() []web.Route {
	return append(s.dayRoutes(), []web.Route{
		{Method: http.MethodGet, Pattern: PathHome, Roles: homeOwners, Handle: s.showHome},
		{Method: http.MethodPost, Pattern: PathHome, Roles: homeOwners, Handle: s.postHome},
		{Method: http.MethodGet, Pattern: PathFeed, Roles: feedOwners, Handle: s.showFeed},
		{Method: http.MethodPost, Pattern: PathFeed, Roles: feedOwners, Handle: s.makeFeed},
		{Method: http.MethodPost, Pattern: PathFeed + "/end", Roles: feedOwners, Handle: s.endFeed},
		{Method: http.MethodGet, Pattern: feedFile + "{secret}", Roles: web.Anyone, Handle: s.feedFor},
		{Method: http.MethodGet, Pattern: "/cases", Roles: readers, Handle: s.casesPage},
		{Method: http.MethodPost, Pattern: "/cases/find", Roles: desks, Handle: s.findCase},
		{Method: http.MethodGet, Pattern: "/cases/{id}", Roles: readers, Handle: s.casePage},
		{Method: http.MethodPost, Pattern: "/cases/{id}/branch", Roles: judges, Handle: s.confirmBranch},
		{Method: http.MethodGet, Pattern: "/cases/{id}/lawyers/{lawyer}", Roles: parties, Handle: s.endLawyerPage},
		{Method: http.MethodPost, Pattern: "/cases/{id}/lawyers/{lawyer}/end", Roles: parties, Handle: s.endLawyer},
		{Method: http.MethodGet, Pattern: "/cases/{id}/reach", Roles: desks, Handle: s.reachPage},
		{Method: http.MethodGet, Pattern: "/cases/{id}/addresses", Roles: []policy.Role{policy.Judge}, Handle: s.addressesPage},
		{Method: http.MethodPost, Pattern: "/cases/{id}/addresses", Roles: []policy.Role{policy.Judge}, Handle: s.postAddresses},
		{Method: http.MethodGet, Pattern: "/cases/{id}/notices/new", Roles: desks, Handle: s.newNoticePage},
		{Method: http.MethodPost, Pattern: "/cases/{id}/notices", Roles: desks, Handle: s.sendNotices},
		{Method: http.MethodGet, Pattern: "/cases/{id}/notices/{notice}", Roles: parties, Handle: s.servedPage},
		{Method: http.MethodGet, Pattern: "/cases/{id}/hearings/{hearing}/calendar.ics", Roles: readers, Handle: s.hearingFile},
		{Method: http.MethodGet, Pattern: "/cases/{id}/deadlines/{deadline}", Roles: readers, Handle: s.deadlinePage},
		{Method: http.MethodGet, Pattern: "/cases/{id}/deadlines/{deadline}/calendar.ics", Roles: readers, Handle: s.deadlineFile},
	}...)
}
