// SPDX-License-Identifier: Apache-2.0

package obs

import (
	"context"
	"log/slog"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// NewRegistry makes the program's own metrics registry, with the figures of
// the Go runtime, of the process and of the build.
func NewRegistry(version string) *prometheus.Registry {
	reg := prometheus.NewRegistry()
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "tarazu_build_info", Help: "Always 1; the labels say what is running.",
		ConstLabels: prometheus.Labels{"version": version, "go": goVersion()},
	})
	build.Set(1)
	reg.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), build)
	return reg
}

func goVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.GoVersion
	}
	return ""
}

// Figures are gauges that are brought up to date when somebody asks for them.
type Figures struct {
	Of      string // what they are about: the label of tarazu_figures_stale
	Refresh func(ctx context.Context) error
}

// MetricsHandler shows the registry in Prometheus' format, after the figures
// were refreshed, all at once and each within timeout. Figures that could not
// be keep their old values, and tarazu_figures_stale says so. It says how much
// is going on, so it belongs on an address that only operators reach.
func MetricsHandler(reg *prometheus.Registry, log *slog.Logger, timeout time.Duration, figures ...Figures) http.Handler {
	stale := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "tarazu_figures_stale", Help: "1 if the gauges about this could not be refreshed for this answer.",
	}, []string{"of"})
	reg.MustRegister(stale)
	told := &changes{log: log, failing: map[string]bool{}}
	show := promhttp.HandlerFor(reg, promhttp.HandlerOpts{Registry: reg})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), timeout)
		defer cancel()
		var wg sync.WaitGroup
		for _, f := range figures {
			wg.Go(func() {
				_, err := probe(ctx, func(ctx context.Context) (string, error) { return "", f.Refresh(ctx) })
				told.tell(r.Context(), f.Of, err)
				old := 0.0
				if err != nil {
					old = 1
				}
				stale.WithLabelValues(f.Of).Set(old)
			})
		}
		wg.Wait()
		show.ServeHTTP(w, r)
	})
}
