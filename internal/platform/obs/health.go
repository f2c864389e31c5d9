// SPDX-License-Identifier: Apache-2.0

package obs

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// Check asks one dependency for a sign of life.
type Check struct {
	Name string
	// Critical dependencies make the program unready when they fail; others
	// have a degraded mode and are only reported.
	Critical bool
	Probe    func(ctx context.Context) error
}

// Healthz answers that the process is alive. It asks nobody else, so that a
// failing database does not get the process restarted.
func Healthz() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		_, _ = w.Write([]byte("ok\n"))
	})
}

// Readiness is what Readyz answers.
type Readiness struct {
	Ready  bool          `json:"ready"`
	Checks []CheckResult `json:"checks"` // in the order given
}

// CheckResult is the answer of one dependency. Its error is in the log only.
type CheckResult struct {
	Name     string `json:"name"`
	OK       bool   `json:"ok"`
	Critical bool   `json:"critical"`
	Millis   int64  `json:"ms"`
}

// Readyz asks every dependency at once, each within timeout, and answers 200,
// or 503 if a critical one fails.
func Readyz(log *slog.Logger, timeout time.Duration, checks ...Check) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), timeout)
		defer cancel()
		out := Readiness{Ready: true, Checks: make([]CheckResult, len(checks))}
		var wg sync.WaitGroup
		for i, c := range checks {
			wg.Go(func() {
				start := time.Now()
				err := probe(ctx, c)
				out.Checks[i] = CheckResult{Name: c.Name, OK: err == nil, Critical: c.Critical, Millis: time.Since(start).Milliseconds()}
				if err != nil {
					log.WarnContext(r.Context(), "health: a dependency does not answer", slog.String("dependency", c.Name), slog.Any("error", err))
				}
			})
		}
		wg.Wait()
		status := http.StatusOK
		for _, c := range out.Checks {
			if c.Critical && !c.OK {
				out.Ready, status = false, http.StatusServiceUnavailable
			}
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(out)
	})
}

// probe gives up on a check that ignores its deadline, and survives one that
// panics.
func probe(ctx context.Context, c Check) error {
	done := make(chan error, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				done <- fmt.Errorf("the check panicked: %v", p)
			}
		}()
		done <- c.Probe(ctx)
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
