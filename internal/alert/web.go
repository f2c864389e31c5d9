// SPDX-License-Identifier: Apache-2.0

package alert

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"

	"github.com/tarazu/tarazu/internal/gateway/sms"
)

// The addresses of this module's pages.
const (
	Path     = "/account/alerts"
	PathDesk = "/admin/alerts"

	pathPush   = Path + "/push"
	pathWorker = Path + "/sw.js"
	pathChat   = Path + "/messenger"
	pathReport = "/alerts/report/{provider}"
	pathBot    = "/alerts/bot/{messenger}"
	maxForm    = 8 << 10 // far above what any form of this module holds, in bytes
)

// Routes are the pages of this module. A provider's report is signed and a
// messenger shows a secret, so anybody may come there.
func (s *Service) Routes() []web.Route {
	only := []policy.Role{policy.Administrator}
	return []web.Route{
		{Method: http.MethodGet, Pattern: Path, Roles: web.SignedIn, Handle: s.getWishes},
		{Method: http.MethodPost, Pattern: Path, Roles: web.SignedIn, Handle: s.postWishes},
		{Method: http.MethodPost, Pattern: pathPush, Roles: web.SignedIn, Handle: s.postPush},
		{Method: http.MethodGet, Pattern: pathWorker, Roles: web.Anyone, Handle: s.getWorker},
		{Method: http.MethodPost, Pattern: pathChat, Roles: web.SignedIn, Handle: s.postChat},
		{Method: http.MethodGet, Pattern: PathDesk, Roles: only, Handle: s.getDesk},
		{Method: http.MethodPost, Pattern: PathDesk, Roles: only, Handle: s.postDesk},
		{Method: http.MethodPost, Pattern: pathReport, Roles: web.Anyone, Handle: s.reported},
		{Method: http.MethodPost, Pattern: pathBot, Roles: web.Anyone, Handle: s.botCalled},
	}
}

// reported is where providers of text messages call, server to server.
func (s *Service) reported(c *web.Ctx) error {
	provider := c.Param("provider")
	r, err := sms.ReadReport(c.R, s.d.ReportKeys[provider], c.Now())
	if errs.Is(err, errs.Unauthenticated) { // a program has nowhere to sign in
		c.W.WriteHeader(http.StatusUnauthorized)
		return nil
	}
	if err != nil {
		return err
	}
	// Of a message whose fate is known we know no more: to the provider that is well.
	if err := s.Report(c.Context(), provider, r.Reference, r.State); err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	c.W.WriteHeader(http.StatusNoContent)
	return nil
}
