// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"

	"github.com/a-h/templ"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/bailiff"
	"github.com/tarazu/tarazu/internal/contest"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/identity/mydata"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/notice/bulk"
	"github.com/tarazu/tarazu/internal/notice/desk"
	"github.com/tarazu/tarazu/internal/notice/series"
	"github.com/tarazu/tarazu/internal/office"
	"github.com/tarazu/tarazu/internal/platform/config"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/web"
	"github.com/tarazu/tarazu/internal/proof"
	"github.com/tarazu/tarazu/internal/sender"
)

// buildService makes the modules of service of process.
func (a *App) buildService(p parts) (err error) {
	a.Notice, err = notice.New(notice.Deps{
		DB: a.DB, Log: a.Log, Jobs: a.Jobs, Ledger: a.Ledger, Policy: p.rules, Catalog: a.Words, Identity: a.Identity, Alert: a.Alert, Levels: p.levels,
		Deadline: func(c *web.Ctx, n notice.Notice) templ.Component { return a.Docket.DeadlineCard(c, n) },
		Answer:   func(c *web.Ctx, n notice.Notice) (string, bool) { return a.Filing.AnswerOf(c, n) },
		Files:    func(_ *web.Ctx, n notice.Notice) (string, bool) { return a.Filing.FilesOf(n) },
		Serial: func(ctx context.Context, who policy.Actor, id string) (int64, error) {
			return a.Series.NumberOf(ctx, who, id)
		},
		Machine: func(ctx context.Context, tx *store.Tx, who policy.Actor) error {
			return a.Desk.KeyStandsTx(ctx, tx, who)
		},
		Contest: func(c *web.Ctx, n notice.Notice) templ.Component { return a.Contest.NoticeLink(c, n) },
	})
	if err != nil {
		return err
	}
	a.Series, err = series.New(series.Deps{DB: a.DB, Log: a.Log, Jobs: a.Jobs, Ledger: a.Ledger, Policy: p.rules, Identity: a.Identity, Notice: a.Notice})
	if err != nil {
		return err
	}
	a.Bulk, err = bulk.New(bulk.Deps{DB: a.DB, Log: a.Log, Jobs: a.Jobs, Ledger: a.Ledger, Policy: p.rules, Catalog: a.Words, Notice: a.Notice})
	if err != nil {
		return err
	}
	a.Desk, err = desk.New(desk.Deps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, Jobs: a.Jobs, Ledger: a.Ledger, Policy: p.rules, Identity: a.Identity, Body: a.Body, Notice: a.Notice, Levels: p.levels,
		Key: p.codeKey, Local: a.Config.Demo,
	})
	if err != nil {
		return err
	}
	a.Office, err = office.New(office.Deps{
		DB: a.DB, Recovery: a.Recovery, Clock: a.Clock, Log: a.Log, Ledger: a.Ledger, Policy: p.rules, Catalog: a.Words, Identity: a.Identity, Authority: a.Authority,
		Jobs: a.Jobs, Blobs: a.Blobs, Papers: p.papers, Population: p.out.population, SimOwner: p.out.simowner, Foreigners: p.out.foreigners, BaseURL: a.Config.BaseURL, VouchDays: a.Config.Offices.VouchDays, ConsentMinutes: a.Config.Offices.ConsentMinutes,
	})
	if err != nil {
		return err
	}
	a.Bailiff, err = bailiff.New(bailiff.Deps{
		DB: a.DB, Log: a.Log, Jobs: a.Jobs, Ledger: a.Ledger, Policy: p.rules, Catalog: a.Words, Identity: a.Identity, Notice: a.Notice,
		Blobs: a.Blobs, Papers: p.papers, BaseURL: a.Config.BaseURL, Place: a.placeName,
		Destination: func(ctx context.Context, q store.Querier, caseID, noticeID string) (bailiff.Destination, error) {
			return a.Docket.Destination(ctx, q, caseID, noticeID)
		},
	})
	if err != nil {
		return err
	}
	return nil
}

// buildCases makes what stands above service.
func (a *App) buildCases(p parts) (err error) {
	a.Docket, err = docket.New(docket.Deps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, Jobs: a.Jobs, Ledger: a.Ledger, Policy: p.rules,
		Identity: a.Identity, Calendar: a.Calendar, Outage: a.Outage, Authority: a.Authority, Notice: a.Notice, Bulk: a.Bulk,
		Mandate: a.Mandate, Shelter: a.Shelter, Catalog: a.Words, Enter: filing.EnterPath, BaseURL: a.Config.BaseURL,
		Moved: func(ctx context.Context, tx *store.Tx, was docket.HomeIn, to docket.Home) error {
			return a.Bailiff.MoveTx(ctx, tx, was.Case, bailiff.Whose{NationalCode: was.Code, EntityID: was.Entity}, bailiff.Where(to))
		},
		Contests: func(c *web.Ctx, k docket.Case) templ.Component { return a.Contest.CaseCard(c, k) },
	})
	if err != nil {
		return err
	}
	a.Contest, err = contest.New(contest.Deps{
		DB: a.DB, Log: a.Log, Jobs: a.Jobs, Ledger: a.Ledger, Policy: p.rules, Catalog: a.Words, Identity: a.Identity, Levels: p.levels,
		Outage: a.Outage, Notice: a.Notice, Bailiff: a.Bailiff, Docket: a.Docket, Blobs: a.Blobs, Papers: p.papers, Signer: p.signer,
		BaseURL: a.Config.BaseURL, MaxFile: uploads(a.Config.Uploads).File,
	})
	if err != nil {
		return err
	}
	a.Filing = filing.New(filing.Deps{
		Desks: desks, Above: a.Alert.Ask,
		Papers: p.papers, Signer: p.signer, BaseURL: a.Config.BaseURL, Blobs: a.Blobs, Uploads: uploads(a.Config.Uploads),
		DB: a.DB, Clock: a.Clock, Log: a.Log, Jobs: a.Jobs, Ledger: a.Ledger, Policy: p.rules, Identity: a.Identity,
		Calendar: a.Calendar, Authority: a.Authority, Catalogue: a.Catalogue, Payment: a.Payment, Notice: a.Notice, Docket: a.Docket, Shelter: a.Shelter,
		MoreProof: func(who policy.Actor, need int, next string) string {
			return a.Proofing.Address(who, level.SignFiling, need, next)
		},
	})
	a.Sender, err = sender.New(sender.Deps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, Jobs: a.Jobs, Ledger: a.Ledger, Policy: p.rules, Catalog: a.Words, Identity: a.Identity, Notice: a.Notice, Bulk: a.Bulk,
		Key: p.codeKey, Local: a.Config.Demo,
	})
	if err != nil {
		return err
	}
	a.Proof = proof.New(proof.Deps{Ledger: a.Ledger, CheckStamp: CheckStamp, Clock: a.Clock, Limit: proof.Limit(a.Config.Limits.VerifyAddress), Certificates: a.Filing})
	a.MyData, err = mydata.New(mydata.Deps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, Jobs: a.Jobs, Ledger: a.Ledger, Policy: p.rules, Catalog: a.Words, Identity: a.Identity, Blobs: a.Blobs,
		Sources: HeldData(), ProvinceName: provinceName, ServiceName: a.serviceName, ExportDays: a.Config.Data.ExportDays, Population: p.out.population,
		Provinces: provinceKeys(), Levels: p.levels,
	})
	if err != nil {
		return err
	}
	return nil
}

func limits(l config.Limits) identity.Limits {
	to := func(c config.Limit) identity.Limit { return identity.Limit{N: c.N, Per: c.Per, Off: c.Off()} }
	return identity.Limits{
		LoginAccount: to(l.LoginAccount), LoginAddress: to(l.LoginAddress), CodeMobile: to(l.CodeMobile),
		CodeAddress: to(l.CodeAddress), RegisterAddress: to(l.RegisterAddress), SiteAddress: to(l.SiteAddress),
	}
}

func uploads(u config.Uploads) filing.Uploads {
	const mb = 1 << 20
	return filing.Uploads{File: int64(u.FileMB) * mb, Filing: int64(u.FilingMB) * mb, Files: u.Files}
}

// provinceName is for modules below authority that show where people live.
func provinceName(l i18n.Lang, key string) string {
	for _, p := range authority.Provinces() {
		if p.Key == key {
			return p.Name().In(l)
		}
	}
	return key
}

// placeName is the name of a county for modules that know only its key.
func (a *App) placeName(ctx context.Context, l i18n.Lang, province, county string) string {
	list, err := a.Authority.Counties(ctx, province)
	if err != nil {
		a.Log.Warn("counties", "err", err)
	}
	for _, c := range list {
		if c.Key == county {
			return c.Name().In(l)
		}
	}
	return county
}
