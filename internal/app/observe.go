// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/obs"
)

// How long a look at the program's health may take, and one at its metrics.
const (
	readyWithin   = 2 * time.Second
	metricsWithin = time.Second
)

// observe mounts what operators and their programs ask. Only the database is
// critical: acts go on without the rest, and wait.
func (a *App) observe(mux *http.ServeMux) {
	checks := []obs.Check{
		{Name: "database", Critical: true, Probe: func(ctx context.Context) (string, error) { return "", a.DB.Ping(ctx) }},
		{Name: "ledger", Probe: a.probeLedger},
		{Name: "blobs", Probe: func(ctx context.Context) (string, error) { return "", a.Blobs.Ping(ctx) }},
	}
	for _, l := range a.links {
		checks = append(checks, obs.Check{Name: "gateway." + l.State().Name, Probe: func(context.Context) (string, error) { return probeLink(l) }})
	}
	checks = append(checks, a.watchChecks()...)
	mux.Handle("GET /healthz", obs.Healthz())
	mux.Handle("GET /readyz", obs.Readyz(a.Log, readyWithin, checks...))
	mux.Handle("GET /metrics", localOnly(obs.MetricsHandler(a.Metrics, a.Log, metricsWithin,
		obs.Figures{Of: "jobs", Refresh: a.Jobs.Refresh},
		obs.Figures{Of: "ledger", Refresh: a.Ledger.Refresh},
		obs.Figures{Of: "registrations", Refresh: a.Steward.Refresh},
		obs.Figures{Of: "gateways", Refresh: breakers(a.Metrics, a.links)})))
}

func (a *App) probeLedger(ctx context.Context) (state string, err error) {
	h, err := a.Ledger.Health(ctx)
	if err == nil && h.State != ledger.Sequencing {
		err = errors.New("the evidence log does not move on: " + h.State)
	}
	return h.State, err
}

func probeLink(l *link.Link) (state string, err error) {
	if !l.Connected() {
		return "not connected", errors.New("no address is configured")
	}
	if state = l.State().Breaker; state != "closed" {
		err = errors.New("its breaker is " + state)
	}
	return state, err
}

// breakers keeps a gauge for each outside system.
func breakers(reg *prometheus.Registry, links []*link.Link) func(ctx context.Context) error {
	gauge := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "tarazu_gateway_breaker_open", Help: "1 while calls to an outside system are held back or on trial, and where none is connected.",
	}, []string{"gateway"})
	reg.MustRegister(gauge)
	return func(context.Context) error {
		for _, l := range links {
			open := 0.0
			if _, err := probeLink(l); err != nil {
				open = 1
			}
			gauge.WithLabelValues(l.State().Name).Set(open)
		}
		return nil
	}
}
