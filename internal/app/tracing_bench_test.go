// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/tarazu/tarazu/internal/app"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/config"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// nowhere takes spans and drops them, so that what is measured is making them.
type nowhere struct{}

func (nowhere) ExportSpans(context.Context, []sdktrace.ReadOnlySpan) error { return nil }
func (nowhere) Shutdown(context.Context) error                             { return nil }

// BenchmarkTracing asks for a page without tracing, with the default share of
// requests traced, and with all of them (figures: docs/adr/0013-tracing.md).
func BenchmarkTracing(b *testing.B) {
	for _, c := range []struct {
		name, sample string
		spans        sdktrace.SpanExporter
	}{{"off", "1", nil}, {"a tenth", "0.1", nowhere{}}, {"all", "1", nowhere{}}} {
		b.Run(c.name, func(b *testing.B) {
			dir := b.TempDir()
			cfg, err := config.Load("", []string{"TARAZU_DATA_DIR=" + dir, "TARAZU_DEMO=true", "TARAZU_TRACING_SAMPLE=" + c.sample, "TARAZU_DATABASE=sqlite:" + filepath.Join(dir, "db")})
			if err != nil {
				b.Fatal(err)
			}
			if _, err := store.Migrate(b.Context(), cfg.Database, app.Migrations()...); err != nil {
				b.Fatal(err)
			}
			a, err := app.New(b.Context(), cfg, app.Options{Clock: clock.NewFake(time.Date(2025, 5, 10, 6, 30, 0, 0, time.UTC)), Spans: c.spans})
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = a.Close(context.WithoutCancel(b.Context())) }()
			h := a.Handler()
			for b.Loop() {
				w := httptest.NewRecorder()
				h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/login", nil))
				if w.Code != http.StatusOK {
					b.Fatal(w.Code)
				}
			}
		})
	}
}
