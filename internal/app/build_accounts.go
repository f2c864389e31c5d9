// SPDX-License-Identifier: Apache-2.0

package app

import (
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/appoint"
	"github.com/tarazu/tarazu/internal/identity/body"
	"github.com/tarazu/tarazu/internal/identity/intro"
	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/identity/licence"
	"github.com/tarazu/tarazu/internal/identity/mandate"
	"github.com/tarazu/tarazu/internal/identity/merge"
	"github.com/tarazu/tarazu/internal/identity/mydata"
	"github.com/tarazu/tarazu/internal/identity/recovery"
	"github.com/tarazu/tarazu/internal/identity/shelter"
	"github.com/tarazu/tarazu/internal/identity/sso"
	"github.com/tarazu/tarazu/internal/identity/steward"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// buildAccounts makes the modules of people, their accounts and capacities.
func (a *App) buildAccounts(p parts) (err error) {
	a.Identity, err = identity.New(identity.Deps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, Jobs: a.Jobs, Ledger: a.Ledger, Policy: p.rules, Catalog: a.Words,
		Population: p.out.population, SimOwner: p.out.simowner, SMS: p.out.sms, Consular: p.out.consular, Foreigners: p.out.foreigners, Companies: p.out.companies, Email: p.out.email, CodeKey: p.codeKey, BaseURL: a.Config.BaseURL,
		Argon: identity.Argon{Memory: a.Config.Security.Argon2Memory, Time: a.Config.Security.Argon2Time}, Slots: a.Config.Security.Argon2Parallel,
		Limit: limits(a.Config.Limits), TokenLife: a.Config.Session.Lifetime, TokenDays: a.Config.Tokens.MaxDays, ClaimDays: a.Config.Offices.LinkDays, Demo: a.Config.Demo, DemoLogins: a.demoLogins, DemoPeople: peoplePath,
		Codes: map[identity.Purpose]identity.CodeRule{mydata.ForExport: mydata.ExportCode},
	})
	if err != nil {
		return err
	}
	a.SSO, err = sso.New(sso.Deps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, Jobs: a.Jobs, Ledger: a.Ledger, Policy: p.rules, Identity: a.Identity,
		Key: p.codeKey, BaseURL: a.Config.BaseURL,
		MoreProof: func(who policy.Actor, need int, next string) string {
			return a.Proofing.Address(who, level.Site, need, next)
		},
	})
	if err != nil {
		return err
	}
	a.Steward, err = steward.New(steward.Deps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, Jobs: a.Jobs, Identity: a.Identity, Population: p.out.population, Policy: p.rules, Ledger: a.Ledger,
		Metrics: a.Metrics, ProvinceName: provinceName,
		AskEvery: time.Duration(a.Config.Registry.AskDays) * 24 * time.Hour, AskBatch: a.Config.Registry.AskBatch,
	})
	if err != nil {
		return err
	}
	a.Recovery, err = recovery.New(recovery.Deps{
		DB: a.DB, Clock: a.Clock, Jobs: a.Jobs, Ledger: a.Ledger, Identity: a.Identity, SimOwner: p.out.simowner,
		Key: p.codeKey, BaseURL: a.Config.BaseURL, Wait: time.Duration(a.Config.Accounts.RecoveryHours) * time.Hour,
	})
	if err != nil {
		return err
	}
	a.Shelter, err = shelter.New(shelter.Deps{DB: a.DB, Jobs: a.Jobs, Ledger: a.Ledger, Identity: a.Identity})
	if err != nil {
		return err
	}
	a.Intro, err = intro.New(intro.Deps{DB: a.DB, Clock: a.Clock, Log: a.Log, Jobs: a.Jobs, Ledger: a.Ledger, Policy: p.rules, Identity: a.Identity})
	if err != nil {
		return err
	}
	a.Licence, err = licence.New(licence.Deps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, Jobs: a.Jobs, Catalog: a.Words, Identity: a.Identity, Professions: p.out.professions, IssuerName: a.Intro.SourceName,
	})
	if err != nil {
		return err
	}
	a.Mandate, err = mandate.New(mandate.Deps{
		DB: a.DB, Clock: a.Clock, Jobs: a.Jobs, Ledger: a.Ledger, Policy: p.rules, Catalog: a.Words, Identity: a.Identity, SMS: p.out.sms, Levels: p.levels,
		Notices: notice.Groups(), Matters: a.mandateMatters,
	})
	if err != nil {
		return err
	}
	a.Body, err = body.New(body.Deps{
		DB: a.DB, Clock: a.Clock, Jobs: a.Jobs, Ledger: a.Ledger, Policy: p.rules, Catalog: a.Words, Identity: a.Identity, SMS: p.out.sms, Levels: p.levels,
		Notices: notice.Groups(),
	})
	if err != nil {
		return err
	}
	a.Merge, err = merge.New(merge.Deps{
		DB: a.DB, Jobs: a.Jobs, Ledger: a.Ledger, Identity: a.Identity, Steward: a.Steward, UndoDays: a.Config.Registry.MergeUndoDays,
	})
	if err != nil {
		return err
	}
	a.Appoint, err = appoint.New(appoint.Deps{
		DB: a.DB, Clock: a.Clock, Policy: p.rules, Catalog: a.Words, Identity: a.Identity, Population: p.out.population, Steward: a.Steward, UnitName: a.unitName,
	})
	if err != nil {
		return err
	}
	return nil
}
