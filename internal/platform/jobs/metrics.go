// SPDX-License-Identifier: Apache-2.0

package jobs

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tarazu/tarazu/internal/platform/store"
)

// metrics are what an operator watches. Two runners may share a registry.
type metrics struct {
	runs    *prometheus.CounterVec
	seconds *prometheus.HistogramVec
	due     prometheus.Gauge
	dead    prometheus.Gauge
	oldest  prometheus.Gauge
}

func newMetrics(reg prometheus.Registerer) metrics {
	gauge := func(name, help string) prometheus.Gauge {
		return shared(reg, prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help}))
	}
	return metrics{
		runs: shared(reg, prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tarazu_job_runs_total", Help: "Attempts by kind and outcome: done, failed, dead, lost.",
		}, []string{"kind", "outcome"})),
		seconds: shared(reg, prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "tarazu_job_seconds", Help: "How long handlers work.",
			Buckets: []float64{.001, .005, .02, .1, .5, 2, 10, 60, 300},
		}, []string{"kind"})),
		due:    gauge("tarazu_jobs_due", "Jobs that are due and that nobody holds."),
		dead:   gauge("tarazu_jobs_dead", "Jobs that were given up and wait for an operator."),
		oldest: gauge("tarazu_jobs_oldest_seconds", "How long the oldest due job has waited."),
	}
}

// shared registers c, or returns the collector that is there already.
func shared[C prometheus.Collector](reg prometheus.Registerer, c C) C {
	if reg == nil {
		return c
	}
	if err := reg.Register(c); err != nil {
		if there, ok := err.(prometheus.AlreadyRegisteredError); ok {
			if same, ok := there.ExistingCollector.(C); ok {
				return same
			}
		}
	}
	return c
}

func (m metrics) run(kind, outcome string, took time.Duration) {
	m.runs.WithLabelValues(kind, outcome).Inc()
	m.seconds.WithLabelValues(kind).Observe(took.Seconds())
}

func (m metrics) refresh(ctx context.Context, q store.Querier, now time.Time) error {
	type backlog struct {
		Due    int64      `db:"due"`
		Dead   int64      `db:"dead"`
		Oldest store.Time `db:"oldest_us"`
	}
	b, err := store.One[backlog](ctx, q, sqlBacklog, store.At(now))
	if err != nil {
		return err
	}
	m.due.Set(float64(b.Due))
	m.dead.Set(float64(b.Dead))
	age := 0.0
	if !b.Oldest.IsZero() {
		age = now.Sub(b.Oldest.Time).Seconds()
	}
	m.oldest.Set(age)
	return nil
}
