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
	// Probe fails if the dependency does not answer. state is a word for the
	// operator, such as the state of a breaker; it may be empty, and must not
	// say anything about people or machines.
	Probe func(ctx context.Context) (state string, err error)
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
	State    string `json:"state,omitempty"`
	Critical bool   `json:"critical"`
	Millis   int64  `json:"ms"`
}

// Readyz asks every dependency at once, each within timeout, and answers 200,
// or 503 if a critical one fails. What fails is logged when it begins and when
// it ends, however often it is asked.
func Readyz(log *slog.Logger, timeout time.Duration, checks ...Check) http.Handler {
	told := &changes{log: log, failing: map[string]bool{}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), timeout)
		defer cancel()
		out := Readiness{Ready: true, Checks: make([]CheckResult, len(checks))}
		var wg sync.WaitGroup
		for i, c := range checks {
			wg.Go(func() {
				start := time.Now()
				state, err := probe(ctx, c.Probe)
				out.Checks[i] = CheckResult{Name: c.Name, OK: err == nil, State: state, Critical: c.Critical, Millis: time.Since(start).Milliseconds()}
				told.tell(r.Context(), c.Name, err)
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
func probe(ctx context.Context, look func(ctx context.Context) (string, error)) (string, error) {
	type answer struct {
		state string
		err   error
	}
	done := make(chan answer, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				done <- answer{err: fmt.Errorf("the check panicked: %v", p)}
			}
		}()
		state, err := look(ctx)
		done <- answer{state, err}
	}()
	select {
	case a := <-done:
		return a.state, a.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// changes logs what begins to fail and what answers again.
type changes struct {
	log     *slog.Logger
	mu      sync.Mutex
	failing map[string]bool
}

func (c *changes) tell(ctx context.Context, name string, err error) {
	c.mu.Lock()
	before := c.failing[name]
	c.failing[name] = err != nil
	c.mu.Unlock()
	switch {
	case err != nil && !before:
		c.log.WarnContext(ctx, "health: a dependency does not answer", slog.String("dependency", name), slog.Any("error", err))
	case err == nil && before:
		c.log.InfoContext(ctx, "health: a dependency answers again", slog.String("dependency", name))
	}
}
