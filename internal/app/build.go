// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"path/filepath"

	"github.com/tarazu/tarazu/internal/alert"
	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/calendar"
	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/gateway/webpush"
	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/outage"
	"github.com/tarazu/tarazu/internal/payment"
	"github.com/tarazu/tarazu/internal/platform/config"
	"github.com/tarazu/tarazu/internal/platform/pdf"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/proofing"
)

// parts are what several modules are made of.
type parts struct {
	out     outside
	rules   *policy.Engine
	codeKey []byte
	levels  level.Rules
	papers  *pdf.Writer
	signer  *pdf.Signer
}

func (a *App) parts(out outside) (_ parts, err error) {
	p := parts{out: out}
	if p.rules, err = Rules(); err != nil {
		return p, err
	}
	if p.codeKey, err = config.LoadOrCreateKey(a.Config.Security.CodeKeyFile); err != nil {
		return p, err
	}
	if p.levels, err = level.Default(); err != nil {
		return p, err
	}
	if p.papers, err = pdf.New(a.Words); err != nil {
		return p, err
	}
	p.signer, err = pdf.LoadOrCreateSigner(filepath.Join(filepath.Dir(a.Config.Ledger.KeyFile), "paper.pem"), a.Config.Ledger.Origin, a.firstDay())
	return p, err
}

// build makes the modules in their order; each knows only lower ones.
func (a *App) build(out outside) error {
	p, err := a.parts(out)
	if err != nil {
		return err
	}
	for _, group := range []func(parts) error{a.buildAccounts, a.buildGround, a.buildService, a.buildCases} {
		if err := group(p); err != nil {
			return err
		}
	}
	for _, m := range []interface{ Jobs() }{
		a.Identity, a.Intro, a.Licence, a.Recovery, a.SSO, a.Mandate, a.Body, a.MyData, a.Steward, a.Sender, a.Merge, a.Proofing,
		a.Alert, a.Outage, a.Notice, a.Series, a.Bulk, a.Desk, a.Office, a.Bailiff, a.Docket, a.Contest, a.Filing,
	} {
		m.Jobs()
	}
	return nil
}

// buildGround makes what cases and notices stand on.
func (a *App) buildGround(p parts) (err error) {
	quiet := a.Config.Alerts.Quiet
	if quiet == "" && a.Config.Demo {
		quiet = "off" // whoever tries the demo country at night wants to see the message
	}
	pushKey, err := config.LoadOrCreateKey(filepath.Join(filepath.Dir(a.Config.Ledger.KeyFile), "push.key"))
	if err != nil {
		return err
	}
	push, err := webpush.New(webpush.Options{Key: pushKey, Subject: a.Config.BaseURL, Local: a.Config.Demo, Clock: a.Clock, Log: a.Log})
	if err != nil {
		return err
	}
	a.Alert, err = alert.New(alert.Deps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, Jobs: a.Jobs, Ledger: a.Ledger, Policy: p.rules, Catalog: a.Words, Identity: a.Identity,
		SMS: p.out.sms, Email: p.out.email, Quiet: quiet, Shares: p.out.shares, ReportKeys: p.out.reportKeys,
		Messengers: p.out.messengers, Push: push, Key: p.codeKey, BaseURL: a.Config.BaseURL,
	})
	if err != nil {
		return err
	}
	p.out.sms.UseShares(a.Alert.Shares)
	week := calendar.Options{ThursdayClosed: a.Config.Courts.ThursdayClosed}
	if a.Calendar, err = calendar.New(calendar.Deps{
		DB: a.DB, Policy: p.rules, Ledger: a.Ledger, Options: week,
		Moves: func(ctx context.Context, list []calendar.Closure, was, now *calendar.Calendar) (calendar.Moves, error) {
			return a.Docket.WouldMove(ctx, list, was, now)
		},
	}); err != nil {
		return err
	}
	a.Outage, err = outage.New(outage.Deps{
		DB: a.DB, Log: a.Log, Jobs: a.Jobs, Ledger: a.Ledger, Policy: p.rules,
		Catalog: a.Words, Blobs: a.Blobs, Papers: p.papers, Signer: p.signer, BaseURL: a.Config.BaseURL,
	})
	if err != nil {
		return err
	}
	if a.Authority, err = authority.New(authority.Deps{DB: a.DB, Log: a.Log, Policy: p.rules, Ledger: a.Ledger}); err != nil {
		return err
	}
	if a.Catalogue, err = catalogue.New(catalogue.Deps{DB: a.DB, Clock: a.Clock, Log: a.Log, Policy: p.rules, Ledger: a.Ledger, Authority: a.Authority}); err != nil {
		return err
	}
	a.Payment = payment.NewService(payment.Deps{
		DB: a.DB, Jobs: a.Jobs, Ledger: a.Ledger, Gateway: p.out.payments, Policy: p.rules, Clock: a.Clock, Log: a.Log,
		BaseURL: func() string { return a.Config.BaseURL }, People: a.Identity,
		Within: func(ctx context.Context, who policy.Actor, p payment.Payment) bool {
			return a.Filing.Within(ctx, who, p.Subject)
		},
		Still: func(ctx context.Context, who policy.Actor, p payment.Payment) (func(context.Context, *store.Tx) error, error) {
			if p.Purpose == filing.PaymentPurpose {
				return a.Filing.Pays(ctx, who, p.Owner, p.Subject)
			}
			return func(ctx context.Context, tx *store.Tx) error { return a.Identity.StandsTx(ctx, tx, who) }, nil
		},
	})
	returns, err := level.NewReturns(p.codeKey, a.Clock)
	if err != nil {
		return err
	}
	a.Proofing, err = proofing.New(proofing.Deps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, Identity: a.Identity, Returns: returns, Population: p.out.population, SimOwner: p.out.simowner,
		Jobs: a.Jobs, Catalog: a.Words, Payment: a.Payment, Gateway: p.out.proofing, BaseURL: a.Config.BaseURL,
	})
	if err != nil {
		return err
	}
	return nil
}
