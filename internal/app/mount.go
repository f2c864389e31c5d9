// SPDX-License-Identifier: Apache-2.0

package app

import (
	"net/http"
	"time"

	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/config"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// sweepEvery is how often sessions that have ended are removed.
const sweepEvery = time.Hour

// mount builds the site out of the modules' routes.
func (a *App) mount() (err error) {
	a.Web, err = web.New(web.Deps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, Catalog: a.Words, Actors: a.Identity, Secure: a.Config.SecureCookies,
		Demo: a.Config.Demo, Nav: a.nav, Detour: a.Proofing.Detour,
		SessionClock: a.sessionClock(), SessionLifetime: a.Config.Session.Lifetime, TrustedProxies: a.Config.TrustedProxies,
	})
	if err != nil {
		return err
	}
	a.Web.Mount(a.routes()...)
	a.Web.Mount(a.adminRoutes()...)
	a.Identity.UseSessions(a.Web)
	for _, m := range []interface{ Routes() []web.Route }{
		a.Identity, a.Calendar, a.Recovery, a.Shelter, a.Steward, a.Merge, a.SSO, a.Mandate, a.Body, a.MyData, a.Intro, a.Licence, a.Appoint,
		a.Outage, a.Payment, a.Proofing, a.Alert, a.Notice, a.Series, a.Bulk, a.Desk, a.Office, a.Bailiff, a.Docket, a.Contest, a.Filing, a.Proof, a.Sender,
	} {
		a.Web.Mount(m.Routes()...)
	}
	a.Jobs.Periodic("web.sweep_sessions", sweepEvery, a.Web.SweepSessions)
	a.Jobs.Periodic("ledger.audit", time.Hour, a.Ledger.AuditDue)
	if a.Config.Ledger.Shards == config.ShardsYearly {
		a.Jobs.Periodic("ledger.year", 10*time.Minute, a.Ledger.TurnYear)
	}
	site := a.Web.Handler()
	if err := a.Web.Check(); err != nil {
		return err
	}
	if err := a.mountAPI(); err != nil {
		return err
	}
	mux := http.NewServeMux()
	a.observe(mux)
	mux.Handle("/", a.tracer.Handler(site))
	for _, e := range a.SSO.Endpoints() {
		mux.Handle(e.Pattern, a.tracer.Handler(e.Handler))
	}
	mux.Handle(api.Prefix+"/", a.tracer.Handler(a.API.Handler()))
	a.handler = mux
	return nil
}
