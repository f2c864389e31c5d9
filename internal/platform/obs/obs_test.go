// SPDX-License-Identifier: Apache-2.0

package obs_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tarazu/tarazu/internal/platform/obs"
)

// A valid national code and a mobile number; both invented.
const (
	code   = "0499370899"
	mobile = "09123456789"
)

type person struct{ Name string }

type named string

func (n named) String() string { return "name " + string(n) }

func TestLogNeverHoldsWhatMustNotBeLogged(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"text", "json"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			var b bytes.Buffer
			log := obs.NewLogger(&b, slog.LevelDebug, format).With("session", "hidden1")
			log.Info("call from "+mobile,
				"password", "hidden2", "new_password", "hidden3", "X-Token", "hidden4", "National-Code", "hidden5",
				slog.Group("g", slog.String("mobile", "hidden6"), slog.String("note", "of "+code)),
				"person", person{"hidden7"}, "people", []person{{"hidden8"}}, "map", map[string]string{"a": "hidden9"}, "ptr", &person{"hidden10"},
				"error", fmt.Errorf("no row for %s: %w", code, errors.New("+98"+mobile[1:])),
				"fa", "۰۹۱۲۳۴۵۶۷۸۹", "number", int64(9123456789), "raw", json.RawMessage(`{"a":"hidden11"}`),
				"stringer", named("of "+code))
			out := b.String()
			for _, bad := range []string{"hidden", code, mobile, mobile[1:], "۰۹۱۲"} {
				if strings.Contains(out, bad) {
					t.Errorf("%q is in the log: %s", bad, out)
				}
			}
			for _, good := range []string{"call from [redacted]", "no row for [redacted]", "not logged", "name of [redacted]"} {
				if !strings.Contains(out, good) {
					t.Errorf("%q is not in the log: %s", good, out)
				}
			}
		})
	}
}

func TestLogKeepsWhatAnOperatorNeeds(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	log := obs.NewLogger(&b, slog.LevelInfo, "json")
	log.Debug("too quiet")
	log.Info("listening", "addr", "127.0.0.1:8080", "id", "01970000-0000-7000-8000-000000000000", "case", "140268920001234567",
		"took", 3*time.Millisecond, "n", 42, "ok", true, "kinds", []string{"a"}, "codes", 3, "monkey", "banana")
	var got map[string]any
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatalf("%v in %s", err, b.String())
	}
	want := map[string]any{"msg": "listening", "addr": "127.0.0.1:8080", "id": "01970000-0000-7000-8000-000000000000",
		"case": "140268920001234567", "n": 42.0, "ok": true, "kinds": "[a]", "codes": 3.0, "monkey": "banana", "level": "INFO"}
	for k, v := range want {
		if got[k] != v {
			t.Errorf("%s = %v, want %v", k, got[k], v)
		}
	}
}

func get(h http.Handler) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	return w
}

func TestHealthz(t *testing.T) {
	t.Parallel()
	if w := get(obs.Healthz()); w.Code != http.StatusOK || w.Body.String() != "ok\n" {
		t.Errorf("%d %q", w.Code, w.Body)
	}
}

func TestReadyzPerDependency(t *testing.T) {
	t.Parallel()
	fine := func(context.Context) (string, error) { return "closed", nil }
	fails := func(context.Context) (string, error) { return "open", errors.New("secret host name") }
	hangs := func(context.Context) (string, error) { select {} }
	panics := func(context.Context) (string, error) { panic("oh") }
	tests := map[string]struct {
		checks []obs.Check
		status int
		ok     []bool
	}{
		"none":            {nil, 200, nil},
		"all fine":        {[]obs.Check{{"store", true, fine}, {"sms", false, fine}}, 200, []bool{true, true}},
		"degraded":        {[]obs.Check{{"store", true, fine}, {"sms", false, fails}}, 200, []bool{true, false}},
		"critical":        {[]obs.Check{{"store", true, fails}, {"sms", false, fine}}, 503, []bool{false, true}},
		"critical hangs":  {[]obs.Check{{"store", true, hangs}}, 503, []bool{false}},
		"critical panics": {[]obs.Check{{"store", true, panics}}, 503, []bool{false}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			w := get(obs.Readyz(slog.New(slog.NewTextHandler(&log, nil)), 20*time.Millisecond, tt.checks...))
			if w.Code != tt.status || strings.Contains(w.Body.String(), "secret") {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			var got obs.Readiness
			if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			if got.Ready != (tt.status == 200) || len(got.Checks) != len(tt.ok) {
				t.Fatalf("got %+v", got)
			}
			for i, ok := range tt.ok {
				if ok && got.Checks[i].State != "closed" {
					t.Errorf("check %d: state %q", i, got.Checks[i].State)
				}
				if got.Checks[i].OK != ok || got.Checks[i].Name != tt.checks[i].Name {
					t.Errorf("check %d: %+v, want ok %v", i, got.Checks[i], ok)
				}
				if !ok && !strings.Contains(log.String(), "dependency="+tt.checks[i].Name) {
					t.Errorf("the log does not name %s: %s", tt.checks[i].Name, log.String())
				}
			}
		})
	}
}

// TestReadyzLogsChangesOnly: it is asked every few seconds.
func TestReadyzLogsChangesOnly(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	var err error
	h := obs.Readyz(slog.New(slog.NewTextHandler(&log, nil)), time.Second, obs.Check{Name: "sms", Probe: func(context.Context) (string, error) {
		return "open", err
	}})
	for _, e := range []error{nil, errors.New("x"), errors.New("x"), errors.New("y"), nil, nil, errors.New("z")} {
		err = e
		if w := get(h); w.Code != 200 || !strings.Contains(w.Body.String(), `"state":"open"`) {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	if n, m := strings.Count(log.String(), "does not answer"), strings.Count(log.String(), "answers again"); n != 2 || m != 1 {
		t.Errorf("%d failures and %d recoveries logged, want 2 and 1:\n%s", n, m, log.String())
	}
}

func TestFiguresAreRefreshed(t *testing.T) {
	t.Parallel()
	reg := prometheus.NewRegistry()
	g := prometheus.NewGauge(prometheus.GaugeOpts{Name: "fresh"})
	reg.MustRegister(g)
	n := 0.0
	h := obs.MetricsHandler(reg, slog.New(slog.DiscardHandler), 500*time.Millisecond, // in which a busy machine answers a
		obs.Figures{Of: "a", Refresh: func(context.Context) error { n++; g.Set(n); return nil }},
		obs.Figures{Of: "b", Refresh: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }})
	for _, want := range []string{"fresh 1\n", "fresh 2\n"} {
		w := get(h)
		for _, want := range []string{want, `tarazu_figures_stale{of="a"} 0`, `tarazu_figures_stale{of="b"} 1`} {
			if w.Code != 200 || !strings.Contains(w.Body.String(), want) {
				t.Errorf("no %q in %d %s", want, w.Code, w.Body)
			}
		}
	}
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	w := get(obs.MetricsHandler(obs.NewRegistry("v1"), slog.New(slog.DiscardHandler), time.Second))
	for _, want := range []string{`tarazu_build_info{go="go`, `version="v1"} 1`, "go_goroutines ", "process_open_fds "} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("no %q in the metrics", want)
		}
	}
}
