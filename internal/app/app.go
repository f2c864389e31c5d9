// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/a-h/templ"
	"github.com/prometheus/client_golang/prometheus"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/tarazu/tarazu/internal/alert"
	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/bailiff"
	"github.com/tarazu/tarazu/internal/calendar"
	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/contest"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/gateway/link"
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
	"github.com/tarazu/tarazu/internal/notice/bulk"
	"github.com/tarazu/tarazu/internal/notice/series"
	"github.com/tarazu/tarazu/internal/office"
	"github.com/tarazu/tarazu/internal/outage"
	"github.com/tarazu/tarazu/internal/payment"
	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/blob"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/config"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/obs"
	"github.com/tarazu/tarazu/internal/platform/pdf"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/web"
	"github.com/tarazu/tarazu/internal/proof"
	"github.com/tarazu/tarazu/internal/proofing"
	"github.com/tarazu/tarazu/internal/sender"
)

// Locale holds the words of the landing page and of the demo.
//
//go:embed locale/*.json
var Locale embed.FS

// Options are what a test or a command sets beside the configuration.
type Options struct {
	Clock   clock.Clock // nil: the system's; in a demo one that can be moved forward
	Log     *slog.Logger
	Doubles *Doubles // nil: in a demo, new ones
	Version string
	// NoGroup and MaxConns are for the benchmark, see store.Options.
	NoGroup  bool
	MaxConns int
	// Witnesses lets the doubles of a demo country watch its evidence log:
	// receipts then wait for their signatures.
	Witnesses bool
	// Spans take the traces instead of the address in the configuration.
	Spans sdktrace.SpanExporter
}

// App is the whole program, ready to serve.
type App struct {
	Config  config.Config
	Log     *slog.Logger
	Clock   clock.Clock
	DB      *store.DB
	Jobs    *jobs.Runner
	Ledger  *ledger.Ledger
	Blobs   *blob.Store
	Words   *i18n.Catalog
	Doubles *Doubles // nil outside a demo
	Metrics *prometheus.Registry
	Web     *web.Server
	API     *api.Registry

	Identity  *identity.Service
	SSO       *sso.Service
	Steward   *steward.Service
	Merge     *merge.Service
	Appoint   *appoint.Service
	Intro     *intro.Service
	Licence   *licence.Service
	Recovery  *recovery.Service
	Shelter   *shelter.Service
	Mandate   *mandate.Service
	Body      *body.Service
	Alert     *alert.Service
	Calendar  *calendar.Service
	Outage    *outage.Service
	Authority *authority.Service
	Catalogue *catalogue.Service
	Payment   *payment.Service
	Proofing  *proofing.Service
	Notice    *notice.Service
	Series    *series.Service
	Bulk      *bulk.Service
	Office    *office.Service
	Bailiff   *bailiff.Service
	Docket    *docket.Service
	Contest   *contest.Service
	Filing    *filing.Service
	MyData    *mydata.Service
	Proof     *proof.Service
	Sender    *sender.Service

	country   *country // who lives in a demo country
	demoClock *clock.Shifted
	ownDouble bool
	links     []*link.Link // to the outside systems
	tracer    *obs.Tracer  // nil: no traces
	handler   http.Handler
}

// New builds the program on a migrated database. The caller closes it.
func New(ctx context.Context, cfg config.Config, o Options) (_ *App, err error) {
	defer errs.Wrap(&err, "app.New")
	a := &App{Config: cfg, Log: o.Log, Clock: o.Clock, Doubles: o.Doubles, Metrics: obs.NewRegistry(o.Version)}
	if a.Log == nil {
		a.Log = slog.New(slog.DiscardHandler)
	}
	if err := a.startClock(); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close(context.WithoutCancel(ctx)))
		}
	}()
	if a.Words, err = Words(); err != nil {
		return nil, err
	}
	a.tracer, err = obs.NewTracer(ctx, obs.TracerOptions{Endpoint: cfg.Tracing.Endpoint, Sample: cfg.Tracing.Sample, Version: o.Version, Exporter: o.Spans})
	if err != nil {
		return nil, err
	}
	if a.DB, err = store.Open(ctx, cfg.Database, store.Options{Clock: a.Clock, Log: a.Log, NoGroup: o.NoGroup, MaxConns: o.MaxConns}); err != nil {
		return nil, err
	}
	if a.Blobs, err = blob.Open(ctx, cfg.Blobs.URL); err != nil {
		return nil, err
	}
	a.Jobs = jobs.New(jobs.Deps{DB: a.DB, Clock: a.Clock, Log: a.Log, Metrics: a.Metrics, Tracer: a.tracer})
	for _, file := range []string{cfg.Ledger.KeyFile, cfg.Security.CodeKeyFile} {
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return nil, err
		}
	}
	key, err := ledger.OpenKey(ctx, a.DB, cfg.Ledger.KeyFile, cfg.Ledger.Origin)
	if err != nil {
		return nil, err
	}
	if cfg.Demo && a.Doubles == nil {
		if a.Doubles, err = NewDoubles(a.Clock, a.Log); err != nil {
			return nil, err
		}
		a.ownDouble = true
	}
	if a.ownDouble && o.Witnesses && len(cfg.Ledger.Witnesses) == 0 {
		if a.Doubles.watchers, err = newWatchers(ctx, a.Clock, a.Log, key.VKey()); err != nil {
			return nil, err
		}
	}
	watching, quorum := witnesses(cfg, a.Doubles)
	out, err := connect(cfg, a.Doubles, a.Clock, a.Log)
	if err != nil {
		return nil, err
	}
	a.Ledger, err = ledger.New(ledger.Deps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, Signer: key.Signer(), Verifier: key.VKey(),
		Origin: cfg.Ledger.Origin, Interval: cfg.Ledger.Interval, Metrics: a.Metrics, Tracer: a.tracer,
		Stamper: stamper(out.timestamp), StampEvery: cfg.Ledger.Stamps, CheckStamp: CheckStamp,
		Witnesses: watching, Quorum: quorum,
	})
	if err != nil {
		return nil, err
	}
	a.links = out.links
	if err := a.build(out); err != nil {
		return nil, err
	}
	if err := a.Catalogue.Install(ctx, system); err != nil { // the titles that this program brings along
		return nil, err
	}
	if a.Doubles != nil {
		st, err := a.readDemo()
		if err == nil {
			err = a.settleCountry(st.Seed, st.Small)
		}
		if err != nil {
			return nil, err
		}
	}
	return a, a.mount()
}

// build makes the modules in their order; each knows only lower ones.
func (a *App) build(out outside) (err error) {
	rules, err := Rules()
	if err != nil {
		return err
	}
	codeKey, err := config.LoadOrCreateKey(a.Config.Security.CodeKeyFile)
	if err != nil {
		return err
	}
	a.Identity, err = identity.New(identity.Deps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, Jobs: a.Jobs, Ledger: a.Ledger, Policy: rules, Catalog: a.Words,
		Population: out.population, SimOwner: out.simowner, SMS: out.sms, Consular: out.consular, Foreigners: out.foreigners, Companies: out.companies, Email: out.email, CodeKey: codeKey, BaseURL: a.Config.BaseURL,
		Argon: identity.Argon{Memory: a.Config.Security.Argon2Memory, Time: a.Config.Security.Argon2Time}, Slots: a.Config.Security.Argon2Parallel,
		Limit: limits(a.Config.Limits), TokenLife: a.Config.Session.Lifetime, TokenDays: a.Config.Tokens.MaxDays, ClaimDays: a.Config.Offices.LinkDays, Demo: a.Config.Demo, DemoLogins: a.demoLogins, DemoPeople: peoplePath,
		Codes: map[identity.Purpose]identity.CodeRule{mydata.ForExport: mydata.ExportCode},
	})
	if err != nil {
		return err
	}
	levels, err := level.Default()
	if err != nil {
		return err
	}
	a.SSO, err = sso.New(sso.Deps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, Jobs: a.Jobs, Ledger: a.Ledger, Policy: rules, Identity: a.Identity,
		Key: codeKey, BaseURL: a.Config.BaseURL,
		MoreProof: func(who policy.Actor, need int, next string) string {
			return a.Proofing.Address(who, level.Site, need, next)
		},
	})
	if err != nil {
		return err
	}
	a.Steward, err = steward.New(steward.Deps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, Jobs: a.Jobs, Identity: a.Identity, Population: out.population, Policy: rules, Ledger: a.Ledger,
		Metrics: a.Metrics, ProvinceName: provinceName,
		AskEvery: time.Duration(a.Config.Registry.AskDays) * 24 * time.Hour, AskBatch: a.Config.Registry.AskBatch,
	})
	if err != nil {
		return err
	}
	a.Recovery, err = recovery.New(recovery.Deps{
		DB: a.DB, Clock: a.Clock, Jobs: a.Jobs, Ledger: a.Ledger, Identity: a.Identity, SimOwner: out.simowner,
		Key: codeKey, BaseURL: a.Config.BaseURL, Wait: time.Duration(a.Config.Accounts.RecoveryHours) * time.Hour,
	})
	if err != nil {
		return err
	}
	a.Shelter, err = shelter.New(shelter.Deps{DB: a.DB, Ledger: a.Ledger, Identity: a.Identity})
	if err != nil {
		return err
	}
	a.Intro, err = intro.New(intro.Deps{DB: a.DB, Clock: a.Clock, Log: a.Log, Jobs: a.Jobs, Ledger: a.Ledger, Policy: rules, Identity: a.Identity})
	if err != nil {
		return err
	}
	a.Licence, err = licence.New(licence.Deps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, Jobs: a.Jobs, Catalog: a.Words, Identity: a.Identity, Professions: out.professions, IssuerName: a.Intro.SourceName,
	})
	if err != nil {
		return err
	}
	a.Mandate, err = mandate.New(mandate.Deps{
		DB: a.DB, Clock: a.Clock, Jobs: a.Jobs, Ledger: a.Ledger, Policy: rules, Catalog: a.Words, Identity: a.Identity, SMS: out.sms, Levels: levels,
		Matters: a.mandateMatters,
	})
	if err != nil {
		return err
	}
	a.Body, err = body.New(body.Deps{
		DB: a.DB, Clock: a.Clock, Jobs: a.Jobs, Ledger: a.Ledger, Policy: rules, Catalog: a.Words, Identity: a.Identity, SMS: out.sms, Levels: levels,
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
		DB: a.DB, Clock: a.Clock, Policy: rules, Catalog: a.Words, Identity: a.Identity, Population: out.population, Steward: a.Steward, UnitName: a.unitName,
	})
	if err != nil {
		return err
	}
	quiet := a.Config.Alerts.Quiet
	if quiet == "" && a.Config.Demo {
		quiet = "off" // whoever tries the demo country at night wants to see the message
	}
	a.Alert, err = alert.New(alert.Deps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, Jobs: a.Jobs, Ledger: a.Ledger, Policy: rules, Catalog: a.Words, Identity: a.Identity,
		SMS: out.sms, Email: out.email, Quiet: quiet, Shares: out.shares, ReportKeys: out.reportKeys,
	})
	if err != nil {
		return err
	}
	out.sms.UseShares(a.Alert.Shares)
	week := calendar.Options{ThursdayClosed: a.Config.Courts.ThursdayClosed}
	if a.Calendar, err = calendar.New(calendar.Deps{
		DB: a.DB, Policy: rules, Ledger: a.Ledger, Options: week,
		Moves: func(ctx context.Context, list []calendar.Closure, was, now *calendar.Calendar) (calendar.Moves, error) {
			return a.Docket.WouldMove(ctx, list, was, now)
		},
	}); err != nil {
		return err
	}
	papers, err := pdf.New(a.Words)
	if err != nil {
		return err
	}
	signer, err := pdf.LoadOrCreateSigner(filepath.Join(filepath.Dir(a.Config.Ledger.KeyFile), "paper.pem"), a.Config.Ledger.Origin, a.firstDay())
	if err != nil {
		return err
	}
	a.Outage, err = outage.New(outage.Deps{
		DB: a.DB, Log: a.Log, Jobs: a.Jobs, Ledger: a.Ledger, Policy: rules,
		Catalog: a.Words, Blobs: a.Blobs, Papers: papers, Signer: signer, BaseURL: a.Config.BaseURL,
	})
	if err != nil {
		return err
	}
	if a.Authority, err = authority.New(authority.Deps{DB: a.DB, Log: a.Log, Policy: rules, Ledger: a.Ledger}); err != nil {
		return err
	}
	if a.Catalogue, err = catalogue.New(catalogue.Deps{DB: a.DB, Clock: a.Clock, Log: a.Log, Policy: rules, Ledger: a.Ledger, Authority: a.Authority}); err != nil {
		return err
	}
	a.Payment = payment.NewService(payment.Deps{
		DB: a.DB, Jobs: a.Jobs, Ledger: a.Ledger, Gateway: out.payments, Policy: rules, Clock: a.Clock, Log: a.Log,
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
	returns, err := level.NewReturns(codeKey, a.Clock)
	if err != nil {
		return err
	}
	a.Proofing, err = proofing.New(proofing.Deps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, Identity: a.Identity, Returns: returns, Population: out.population, SimOwner: out.simowner,
		Jobs: a.Jobs, Catalog: a.Words, Payment: a.Payment, Gateway: out.proofing, BaseURL: a.Config.BaseURL,
	})
	if err != nil {
		return err
	}
	a.Notice, err = notice.New(notice.Deps{
		DB: a.DB, Log: a.Log, Jobs: a.Jobs, Ledger: a.Ledger, Policy: rules, Catalog: a.Words, Identity: a.Identity, Alert: a.Alert, Levels: levels,
		Deadline: func(c *web.Ctx, n notice.Notice) templ.Component { return a.Docket.DeadlineCard(c, n) },
		Answer:   func(c *web.Ctx, n notice.Notice) (string, bool) { return a.Filing.AnswerOf(c, n) },
		Files:    func(_ *web.Ctx, n notice.Notice) (string, bool) { return a.Filing.FilesOf(n) },
		Serial: func(ctx context.Context, who policy.Actor, id string) (int64, error) {
			return a.Series.NumberOf(ctx, who, id)
		},
		Contest: func(c *web.Ctx, n notice.Notice) templ.Component { return a.Contest.NoticeLink(c, n) },
	})
	if err != nil {
		return err
	}
	a.Series, err = series.New(series.Deps{DB: a.DB, Log: a.Log, Jobs: a.Jobs, Ledger: a.Ledger, Policy: rules, Identity: a.Identity, Notice: a.Notice})
	if err != nil {
		return err
	}
	a.Bulk, err = bulk.New(bulk.Deps{DB: a.DB, Log: a.Log, Jobs: a.Jobs, Ledger: a.Ledger, Policy: rules, Catalog: a.Words, Notice: a.Notice})
	if err != nil {
		return err
	}
	a.Office, err = office.New(office.Deps{
		DB: a.DB, Recovery: a.Recovery, Clock: a.Clock, Log: a.Log, Ledger: a.Ledger, Policy: rules, Catalog: a.Words, Identity: a.Identity, Authority: a.Authority,
		Jobs: a.Jobs, Blobs: a.Blobs, Papers: papers, Population: out.population, SimOwner: out.simowner, Foreigners: out.foreigners, BaseURL: a.Config.BaseURL, VouchDays: a.Config.Offices.VouchDays, ConsentMinutes: a.Config.Offices.ConsentMinutes,
	})
	if err != nil {
		return err
	}
	a.Bailiff, err = bailiff.New(bailiff.Deps{
		DB: a.DB, Log: a.Log, Jobs: a.Jobs, Ledger: a.Ledger, Policy: rules, Catalog: a.Words, Identity: a.Identity, Notice: a.Notice,
		Blobs: a.Blobs, Papers: papers, BaseURL: a.Config.BaseURL, Place: a.placeName,
		Destination: func(ctx context.Context, q store.Querier, caseID, noticeID string) (bailiff.Destination, error) {
			return a.Docket.Destination(ctx, q, caseID, noticeID)
		},
	})
	if err != nil {
		return err
	}
	a.Docket, err = docket.New(docket.Deps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, Jobs: a.Jobs, Ledger: a.Ledger, Policy: rules,
		Identity: a.Identity, Calendar: a.Calendar, Outage: a.Outage, Authority: a.Authority, Notice: a.Notice, Bulk: a.Bulk,
		Mandate: a.Mandate, Shelter: a.Shelter, Catalog: a.Words, Enter: filing.EnterPath, BaseURL: a.Config.BaseURL,
		Contests: func(c *web.Ctx, k docket.Case) templ.Component { return a.Contest.CaseCard(c, k) },
	})
	if err != nil {
		return err
	}
	a.Contest, err = contest.New(contest.Deps{
		DB: a.DB, Log: a.Log, Jobs: a.Jobs, Ledger: a.Ledger, Policy: rules, Catalog: a.Words, Identity: a.Identity, Levels: levels,
		Outage: a.Outage, Notice: a.Notice, Bailiff: a.Bailiff, Docket: a.Docket, Blobs: a.Blobs, Papers: papers, Signer: signer,
		BaseURL: a.Config.BaseURL, MaxFile: uploads(a.Config.Uploads).File,
	})
	if err != nil {
		return err
	}
	a.Filing = filing.New(filing.Deps{
		Desks: desks, Above: a.Alert.Ask,
		Papers: papers, Signer: signer, BaseURL: a.Config.BaseURL, Blobs: a.Blobs, Uploads: uploads(a.Config.Uploads),
		DB: a.DB, Clock: a.Clock, Log: a.Log, Jobs: a.Jobs, Ledger: a.Ledger, Policy: rules, Identity: a.Identity,
		Calendar: a.Calendar, Authority: a.Authority, Catalogue: a.Catalogue, Payment: a.Payment, Notice: a.Notice, Docket: a.Docket, Shelter: a.Shelter,
		MoreProof: func(who policy.Actor, need int, next string) string {
			return a.Proofing.Address(who, level.SignFiling, need, next)
		},
	})
	a.Sender, err = sender.New(sender.Deps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, Jobs: a.Jobs, Ledger: a.Ledger, Policy: rules, Catalog: a.Words, Identity: a.Identity, Notice: a.Notice,
		Key: codeKey, Local: a.Config.Demo,
	})
	if err != nil {
		return err
	}
	a.Proof = proof.New(proof.Deps{Ledger: a.Ledger, CheckStamp: CheckStamp, Clock: a.Clock, Limit: proof.Limit(a.Config.Limits.VerifyAddress), Certificates: a.Filing})
	a.MyData, err = mydata.New(mydata.Deps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, Jobs: a.Jobs, Ledger: a.Ledger, Policy: rules, Catalog: a.Words, Identity: a.Identity, Blobs: a.Blobs,
		Sources: HeldData(), ProvinceName: provinceName, ServiceName: a.serviceName, ExportDays: a.Config.Data.ExportDays, Population: out.population,
		Provinces: provinceKeys(), Levels: levels,
	})
	if err != nil {
		return err
	}
	a.Identity.Jobs()
	a.Intro.Jobs()
	a.Licence.Jobs()
	a.Recovery.Jobs()
	a.SSO.Jobs()
	a.Mandate.Jobs()
	a.Body.Jobs()
	a.MyData.Jobs()
	a.Steward.Jobs()
	a.Sender.Jobs()
	a.Merge.Jobs()
	a.Proofing.Jobs()
	a.Alert.Jobs()
	a.Outage.RunJobs()
	a.Notice.Jobs()
	a.Series.Jobs()
	a.Bulk.Jobs()
	a.Office.RunJobs()
	a.Bailiff.Jobs()
	a.Docket.Jobs()
	a.Contest.Jobs()
	a.Filing.Jobs()
	return nil
}

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
	a.Web.Mount(a.Identity.Routes()...)
	a.Web.Mount(a.Calendar.Routes()...)
	a.Web.Mount(a.Recovery.Routes()...)
	a.Web.Mount(a.Shelter.Routes()...)
	a.Web.Mount(a.Steward.Routes()...)
	a.Web.Mount(a.Merge.Routes()...)
	a.Web.Mount(a.SSO.Routes()...)
	a.Web.Mount(a.Mandate.Routes()...)
	a.Web.Mount(a.Body.Routes()...)
	a.Web.Mount(a.MyData.Routes()...)
	a.Web.Mount(a.Intro.Routes()...)
	a.Web.Mount(a.Licence.Routes()...)
	a.Web.Mount(a.Appoint.Routes()...)
	a.Web.Mount(a.Outage.Routes()...)
	a.Web.Mount(a.Payment.Routes()...)
	a.Web.Mount(a.Proofing.Routes()...)
	a.Web.Mount(a.Alert.Routes()...)
	a.Web.Mount(a.Notice.Routes()...)
	a.Web.Mount(a.Series.Routes()...)
	a.Web.Mount(a.Bulk.Routes()...)
	a.Web.Mount(a.Office.Routes()...)
	a.Web.Mount(a.Bailiff.Routes()...)
	a.Web.Mount(a.Docket.Routes()...)
	a.Web.Mount(a.Contest.Routes()...)
	a.Web.Mount(a.Filing.Routes()...)
	a.Web.Mount(a.Proof.Routes()...)
	a.Web.Mount(a.Sender.Routes()...)
	a.Jobs.Periodic("web.sweep_sessions", sweepEvery, a.Web.SweepSessions)
	a.Jobs.Periodic("ledger.audit", time.Hour, a.Ledger.AuditDue)
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

// Handler answers everything the program answers.
func (a *App) Handler() http.Handler { return a.handler }

// flushWithin is how long the end of the program waits for its last traces.
const flushWithin = 5 * time.Second

// Close ends what New began.
func (a *App) Close(ctx context.Context) error {
	var err error
	if a.ownDouble {
		err = a.Doubles.close(ctx)
	}
	if a.Blobs != nil {
		err = errors.Join(err, a.Blobs.Close())
	}
	if a.DB != nil {
		err = errors.Join(err, a.DB.Close())
	}
	// What is left of the traces goes last; a collector that is gone costs no
	// more than this.
	ctx, cancel := context.WithTimeout(ctx, flushWithin)
	defer cancel()
	if terr := a.tracer.Close(ctx); terr != nil {
		a.Log.Warn("the last traces were not sent", "err", terr)
	}
	return err
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

// errNoDemo says that something belongs to a demo country only.
var errNoDemo = fmt.Errorf("this is no demo country")
