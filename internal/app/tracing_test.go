// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/platform/obs"
)

// reID is an id of ours, or a longer number: nothing that a span may hold.
var reID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}|[0-9۰-۹]{6,}`)

// TestTracesTellNothingAboutPeople lives a case from its filing to the answer,
// and looks at every word of every span.
func TestTracesTellNothingAboutPeople(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			kept := tracetest.NewInMemoryExporter()
			e := Traced(t, engine, kept)
			w := worldOn(e)
			e.Drain()
			e.Sequence()
			if _, err := e.App.Ledger.StampNow(t.Context()); err != nil {
				t.Fatal(err)
			}
			e.As(Plaintiff).Get("/filings/" + w.served.ID + "/receipt").Want(http.StatusOK)
			w.Anonymous().Get("/verify?t=" + w.served.Tracking).Want(http.StatusOK)

			secrets := append(w.secrets(), w.served.ID, w.served.Case, w.draft, w.notice, w.Person(Plaintiff).ID, "مریم")
			names, below := map[string]int{}, map[string]bool{}
			for _, s := range kept.GetSpans() {
				names[s.Name]++
				below[s.Name] = below[s.Name] || s.Parent.IsValid()
				said := []string{s.Name, s.Status.Description}
				for _, a := range s.Attributes {
					said = append(said, fmt.Sprintf("%s=%s", a.Key, a.Value.String()))
				}
				for _, ev := range s.Events {
					names["event "+ev.Name]++
					said = append(said, ev.Name)
					for _, a := range ev.Attributes {
						said = append(said, a.Value.String())
					}
				}
				for _, text := range said {
					if m := reID.FindString(text); m != "" {
						t.Errorf("%s: %q stands in %q", s.Name, m, text)
					}
					if i := slices.IndexFunc(secrets, func(secret string) bool { return strings.Contains(text, secret) }); i >= 0 {
						t.Errorf("%s: %q stands in %q", s.Name, secrets[i], text)
					}
				}
			}
			for _, want := range []string{
				"GET /filings/{id}/receipt", "POST /filings/{id}/sign", "job alert.send", "gateway population", "gateway payments",
				"gateway timestamp", "store.write", "store.write_blind", "ledger sequence", "ledger stamp", "event INSERT ledger_entry",
			} {
				if names[want] == 0 {
					t.Errorf("no span or event %q; there are %v", want, names)
				}
			}
			for _, want := range []string{"store.write", "gateway population", "gateway timestamp"} {
				if !below[want] {
					t.Errorf("%q stands under no other span", want)
				}
			}
		})
	}
}

func TestLogLinesNameTheirTrace(t *testing.T) {
	t.Parallel()
	kept := tracetest.NewInMemoryExporter()
	tracer, err := obs.NewTracer(t.Context(), obs.TracerOptions{Exporter: kept, Sample: 1})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	log := obs.NewLogger(&out, slog.LevelInfo, "text").With("a", "b")
	ctx, end := tracer.Root(t.Context(), "x")
	log.InfoContext(ctx, "in it")
	end(nil)
	id := kept.GetSpans()[0].SpanContext.TraceID().String()
	if !strings.Contains(out.String(), "trace_id="+id) {
		t.Errorf("%s is not in %s", id, out.String())
	}
	out.Reset()
	log.InfoContext(t.Context(), "outside")
	if strings.Contains(out.String(), "trace_id") {
		t.Error(out.String())
	}
	var none *obs.Tracer
	ctx, end = none.Root(t.Context(), "x")
	if end(nil); obs.Tracing(ctx) || none.Close(ctx) != nil {
		t.Error("no tracer, and yet a trace")
	}
}
