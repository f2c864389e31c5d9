// SPDX-License-Identifier: Apache-2.0

package bailiff

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// Where the pages are.
const (
	Path             = "/bailiff"       // the bailiff's own list
	PathUnit         = "/court/service" // the registry's and the judge's
	PathPublications = "/publications"  // everybody's
	PathPress        = PathPublications + "/printed"
	pathPhone        = Path + "/phone"
)

// maxForm is far above what any form of this module holds without files, maxReport
// with two pictures, in bytes.
const (
	maxForm   = 64 << 10
	maxReport = 2*mostPicture + maxForm
)

var (
	officers = []policy.Role{policy.Bailiff}
	registry = []policy.Role{policy.Clerk}
	ofUnit   = []policy.Role{policy.Clerk, policy.Judge}
	readers  = []policy.Role{policy.Clerk, policy.Judge, policy.Bailiff}
	press    = []policy.Role{policy.Centre, policy.Administrator}
)

// Routes are the pages of this module.
func (s *Service) Routes() []web.Route {
	one := PathUnit + "/{id}"
	return []web.Route{
		{Method: http.MethodGet, Pattern: Path, Roles: officers, Handle: s.showRoute},
		{Method: http.MethodGet, Pattern: Path + "/tasks.json", Roles: officers, Handle: s.getBundle},
		{Method: http.MethodGet, Pattern: Path + "/tasks/{id}", Roles: officers, Handle: s.showVisit},
		{Method: http.MethodPost, Pattern: Path + "/tasks/{id}", Roles: officers, Handle: s.postVisit, MaxBody: maxReport},
		{Method: http.MethodGet, Pattern: pathPaper + "/{id}", Roles: web.Anyone, Handle: s.showPaper},
		{Method: http.MethodPost, Pattern: Path + "/sync", Roles: officers, Handle: s.postSync, MaxBody: maxReport},
		{Method: http.MethodGet, Pattern: pathPhone, Roles: web.Anyone, Handle: s.showPhone},
		{Method: http.MethodGet, Pattern: Path + "/sw.js", Roles: web.Anyone, Handle: s.getWorker},

		{Method: http.MethodGet, Pattern: PathUnit, Roles: ofUnit, Handle: s.showTasks},
		{Method: http.MethodPost, Pattern: PathUnit + "/assign", Roles: registry, Handle: s.postAssign},
		{Method: http.MethodPost, Pattern: PathUnit + "/share", Roles: registry, Handle: s.postShare},
		{Method: http.MethodGet, Pattern: one, Roles: ofUnit, Handle: s.showTask},
		{Method: http.MethodPost, Pattern: one + "/address", Roles: registry, Handle: s.postAddress},
		{Method: http.MethodPost, Pattern: one + "/conceal", Roles: registry, Handle: s.postConceal},
		{Method: http.MethodPost, Pattern: one + "/publication", Roles: registry, Handle: s.postAsk},
		{Method: http.MethodPost, Pattern: one + "/decision", Roles: []policy.Role{policy.Judge}, Handle: s.postDecide},
		{Method: http.MethodGet, Pattern: one + "/paper.pdf", Roles: []policy.Role{policy.Clerk, policy.Bailiff}, Handle: s.getPaper},
		{Method: http.MethodGet, Pattern: one + "/attempts/{attempt}/{which}", Roles: readers, Handle: s.getPicture},

		{Method: http.MethodGet, Pattern: PathPublications, Roles: web.Anyone, Handle: s.showPublications},
		{Method: http.MethodGet, Pattern: PathPublications + "/day/{file}", Roles: web.Anyone, Handle: s.getDay},
		{Method: http.MethodGet, Pattern: PathPress, Roles: press, Handle: s.showPrinted},
		{Method: http.MethodPost, Pattern: PathPress, Roles: press, Handle: s.postPrinted},
	}
}
