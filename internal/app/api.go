// SPDX-License-Identifier: Apache-2.0

package app

import (
	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/config"
)

// mountAPI makes the API of the modules' operations.
func (a *App) mountAPI() error {
	secret, err := config.LoadOrCreateKey(a.Config.Security.CodeKeyFile)
	if err != nil {
		return err
	}
	a.API, err = api.New(api.Deps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, Catalog: a.Words, Tokens: bearers{a}, Secret: secret, BaseURL: a.Config.BaseURL,
		Secure: a.Config.SecureCookies, TrustedProxies: a.Config.TrustedProxies,
		PerToken: apiLimit(a.Config.Limits.APIToken), PerAddress: apiLimit(a.Config.Limits.APIAddress),
	})
	if err != nil {
		return err
	}
	a.Identity.API(a.API)
	a.Mandate.API(a.API)
	a.Body.API(a.API)
	a.Intro.API(a.API)
	a.Calendar.API(a.API)
	a.Outage.API(a.API)
	a.Catalogue.API(a.API)
	a.Payment.API(a.API)
	a.Proofing.API(a.API)
	a.Alert.API(a.API)
	a.Notice.API(a.API)
	a.Series.API(a.API)
	a.Desk.API(a.API)
	a.Bulk.API(a.API)
	a.Docket.API(a.API)
	a.Contest.API(a.API)
	a.Filing.API(a.API)
	a.Proof.API(a.API)
	a.Sender.API(a.API)
	a.Jobs.Periodic("api.sweep", sweepEvery, a.API.Sweep)
	return a.API.Check()
}

func apiLimit(l config.Limit) api.Limit { return api.Limit{N: l.N, Per: l.Per} }
