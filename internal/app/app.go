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
	"github.com/tarazu/tarazu/internal/notice/desk"
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
	Desk      *desk.Service
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
	chain, err := ledger.OpenChain(ctx, a.DB, cfg.Ledger.KeyFile, cfg.Ledger.Origin)
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
		if a.Doubles.watchers, err = newWatchers(ctx, a.Clock, a.Log, chain.Newest.VKey()); err != nil {
			return nil, err
		}
	}
	watching, quorum := witnesses(cfg, a.Doubles)
	out, err := connect(cfg, a.Doubles, a.Clock, a.Log)
	if err != nil {
		return nil, err
	}
	a.Ledger, err = ledger.New(ledger.Deps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, Signer: chain.First.Signer(), Verifier: chain.First.VKey(), Keys: chain.Ring.Key,
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

// errNoDemo says that something belongs to a demo country only.
var errNoDemo = fmt.Errorf("this is no demo country")
