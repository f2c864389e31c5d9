// SPDX-License-Identifier: Apache-2.0

package proof

import (
	"net/http"
	"time"

	"github.com/tarazu/tarazu/internal/platform/web"
)

// path is where everybody checks receipts and papers. It stands in the QR code
// of every paper and must never change.
const path = "/verify"

// certificatePath takes the number of a certificate. The number is posted, so
// that it stands in no address and no log.
const certificatePath = path + "/certificate"

// Routes are the pages of this module.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Pattern: path, Roles: web.Anyone, Handle: s.getVerify},
		{Method: http.MethodGet, Pattern: path + "/stamps/{size}", Roles: web.Anyone, Handle: s.getStamp},
		{Method: http.MethodGet, Pattern: logPath, Roles: web.Anyone, Handle: s.getLogs},
		{Method: http.MethodGet, Pattern: logPath + "/{path...}", Roles: web.Anyone, Handle: s.getLog},
		{Method: http.MethodPost, Pattern: path, Roles: web.Anyone, Handle: s.postVerify, MaxBody: maxBody, Timeout: time.Minute},
		{Method: http.MethodPost, Pattern: certificatePath, Roles: web.Anyone, Handle: s.postCertificate},
	}
}
