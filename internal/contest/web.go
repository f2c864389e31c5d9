// SPDX-License-Identifier: Apache-2.0

package contest

import (
	"net/http"
	"time"

	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// PathDesk is the list of a branch.
const PathDesk = "/court/contests"

// maxForm is far above what any form of this module holds without files, in bytes.
const maxForm = 64 << 10

// uploadWithin is how long a form with files may take over a slow line.
const uploadWithin = 2 * time.Minute

var (
	desks   = []policy.Role{policy.Clerk, policy.Judge}
	admins  = []policy.Role{policy.Administrator}
	judges  = []policy.Role{policy.Judge}
	parties = policy.Parties()
	readers = append(policy.Parties(), policy.Clerk, policy.Judge)
)

// Routes are the pages of this module.
func (s *Service) Routes() []web.Route {
	const start, one = "/cases/{id}/notices/{notice}/contest", "/cases/{id}/contests/{contest}"
	return []web.Route{
		{Method: http.MethodGet, Pattern: start, Roles: parties, Handle: s.showStart},
		s.uploads(web.Route{Method: http.MethodPost, Pattern: start, Roles: parties, Handle: s.postStart}),
		{Method: http.MethodGet, Pattern: one, Roles: readers, Handle: s.showContest},
		{Method: http.MethodGet, Pattern: one + "/edit", Roles: parties, Handle: s.showEdit},
		s.uploads(web.Route{Method: http.MethodPost, Pattern: one + "/edit", Roles: parties, Handle: s.postEdit}),
		{Method: http.MethodGet, Pattern: one + "/files/{file}", Roles: readers, Handle: s.getFile},
		s.uploads(web.Route{Method: http.MethodPost, Pattern: one + "/files/{file}/remove", Roles: parties, Handle: s.postRemove}),
		{Method: http.MethodPost, Pattern: one + "/code", Roles: parties, Handle: s.postCode},
		{Method: http.MethodPost, Pattern: one + "/sign", Roles: parties, Handle: s.postSign},
		{Method: http.MethodPost, Pattern: one + "/withdraw", Roles: parties, Handle: s.postWithdraw},
		{Method: http.MethodPost, Pattern: one + "/decision", Roles: judges, Handle: s.postDecision},
		{Method: http.MethodGet, Pattern: one + "/order.pdf", Roles: readers, Handle: s.getOrder},
		{Method: http.MethodGet, Pattern: PathTerms, Roles: admins, Handle: s.showTerms},
		{Method: http.MethodPost, Pattern: PathTerms, Roles: admins, Handle: s.postTerm},
		{Method: http.MethodGet, Pattern: PathDesk, Roles: desks, Handle: s.showDesk},
	}
}

// uploads lets a route take files.
func (s *Service) uploads(r web.Route) web.Route {
	r.MaxBody, r.Timeout = s.maxUpload(), uploadWithin
	return r
}

// maxUpload bounds a form with a few files; more are attached in turns.
func (s *Service) maxUpload() int64 { return 3*s.d.MaxFile + maxForm }

// startPath is where the service of a notice is contested.
func startPath(caseID, noticeID string) string {
	return "/cases/" + caseID + "/notices/" + noticeID + "/contest"
}
