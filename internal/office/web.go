// SPDX-License-Identifier: Apache-2.0

package office

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

const pathOffices = "/offices"

// maxForm is far above what any form of this module holds without files, in
// bytes.
const maxForm = 16 << 10

// keepers look after the register.
var keepers = []policy.Role{policy.Centre, policy.Administrator}

// staff serve clients at the counter.
var staff = []policy.Role{policy.Operator, policy.Manager}

// managers hear those who vouch for others.
var managers = []policy.Role{policy.Manager}

// readers look through what offices do.
var readers = []policy.Role{policy.Manager, policy.Inspector, policy.Centre, policy.Administrator}

// Routes are the pages of this module.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Pattern: pathOffices, Roles: web.Anyone, Handle: s.showOffices},
		{Method: http.MethodGet, Pattern: pathOffices + "/{code}", Roles: web.Anyone, Handle: s.showOffice},
		{Method: http.MethodGet, Pattern: pathOffices + "/new", Roles: keepers, Handle: s.showNew},
		{Method: http.MethodPost, Pattern: pathOffices, Roles: keepers, Handle: s.postNew},
		{Method: http.MethodPost, Pattern: pathOffices + "/{code}/state", Roles: keepers, Handle: s.postState},
		{Method: http.MethodPost, Pattern: pathOffices + "/{code}/people", Roles: keepers, Handle: s.postPerson},
		{Method: http.MethodPost, Pattern: pathOffices + "/{code}/people/end", Roles: keepers, Handle: s.postEnd},

		{Method: http.MethodGet, Pattern: pathCounter, Roles: staff, Handle: s.showStart},
		{Method: http.MethodGet, Pattern: pathRegister, Roles: staff, Handle: s.showRegister},
		{Method: http.MethodPost, Pattern: pathRegister, Roles: staff, Handle: s.postRegister},
		{Method: http.MethodGet, Pattern: pathRaise, Roles: staff, Handle: s.showRaise},
		{Method: http.MethodPost, Pattern: pathRaise, Roles: staff, Handle: s.postRaise},
		{Method: http.MethodGet, Pattern: pathRecover, Roles: staff, Handle: s.showRecover},
		{Method: http.MethodPost, Pattern: pathRecover, Roles: staff, Handle: s.postRecover},
		{Method: http.MethodGet, Pattern: pathVouch, Roles: managers, Handle: s.showVouch},
		{Method: http.MethodPost, Pattern: pathVouch, Roles: managers, Handle: s.postVouch},
		{Method: http.MethodGet, Pattern: pathLook, Roles: staff, Handle: s.showLook},
		{Method: http.MethodPost, Pattern: pathLook, Roles: staff, Handle: s.postLook},
		{Method: http.MethodGet, Pattern: pathOffices + "/{code}/report", Roles: readers, Handle: s.showReport},
		{Method: http.MethodPost, Pattern: pathCounter + "/finish", Roles: staff, Handle: s.postFinish, MaxBody: mostCaptured},
		{Method: http.MethodPost, Pattern: pathCounter + "/resend", Roles: staff, Handle: s.postResend},
		{Method: http.MethodGet, Pattern: pathVisits + "/{id}", Roles: staff, Handle: s.showVisit},
		{Method: http.MethodGet, Pattern: pathVisits + "/{id}/slip.pdf", Roles: staff, Handle: s.getSlip},
	}
}

func pathOf(code string) string { return pathOffices + "/" + code }
