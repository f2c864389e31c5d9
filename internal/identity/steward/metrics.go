// SPDX-License-Identifier: Apache-2.0

package steward

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tarazu/tarazu/internal/platform/store"
)

// metrics are the counts that a dashboard draws; they name nobody.
type metrics struct{ registrations, refusals *prometheus.GaugeVec }

func newMetrics(reg prometheus.Registerer) metrics {
	m := metrics{
		registrations: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "tarazu_registrations", Help: "Accounts that have been made, by the way in which people registered.",
		}, []string{"channel"}),
		refusals: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "tarazu_registrations_refused", Help: "Registrations that a registry refused, by its reason.",
		}, []string{"cause"}),
	}
	if reg != nil {
		reg.MustRegister(m.registrations, m.refusals)
	}
	return m
}

// Refresh brings the metrics up to date with what has been counted.
func (s *Service) Refresh(ctx context.Context) error {
	for _, m := range []struct {
		sql string
		to  *prometheus.GaugeVec
	}{{sqlByChannel, s.metrics.registrations}, {sqlByCause, s.metrics.refusals}} {
		rows, err := store.All[countRow](ctx, s.d.DB, m.sql)
		if err != nil {
			return err
		}
		for _, r := range rows {
			m.to.WithLabelValues(r.Key).Set(float64(r.N))
		}
	}
	return nil
}
