// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/platform/obs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// TestOperatorsSeeWhatIsWrong: /readyz and /metrics tell of the evidence log,
// of each gateway and of dead jobs, without a worker in this process, and the
// program stays ready.
func TestOperatorsSeeWhatIsWrong(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		c := e.Anonymous()
		ready := func(want map[string]string) {
			t.Helper()
			var got obs.Readiness
			if err := json.Unmarshal([]byte(c.Get("/readyz").Want(http.StatusOK).Body), &got); err != nil {
				t.Fatal(err)
			}
			if !got.Ready || len(got.Checks) != 16 { // database, ledger, blobs and thirteen gateways
				t.Fatalf("%+v", got)
			}
			for _, check := range got.Checks {
				state, shaky := want[check.Name]
				if check.OK == shaky || shaky && check.State != state || check.Critical != (check.Name == "database") {
					t.Errorf("%+v; want it to be %q", check, state)
				}
			}
		}
		figures := func(want ...string) {
			t.Helper()
			body := c.Get("/metrics").Want(http.StatusOK).Body
			for _, w := range want {
				if !strings.Contains(body, "\n"+w+"\n") {
					t.Errorf("no %q in the metrics", w)
				}
			}
		}
		ready(map[string]string{"ledger": "stopped"}) // nobody sequences
		figures("tarazu_ledger_checkpoint_age_seconds -1", "tarazu_jobs_dead 0", `tarazu_gateway_breaker_open{gateway="sms"} 0`,
			`tarazu_figures_stale{of="ledger"} 0`, `tarazu_figures_stale{of="jobs"} 0`)

		e.Sequence()
		e.Person(Plaintiff) // leaves evidence
		e.Clock.Advance(40 * time.Second)
		err := e.App.DB.Write(t.Context(), func(tx *store.Tx) error {
			if err := tx.Exec(t.Context(), `UPDATE ledger_lease SET until_us = 0`); err != nil {
				return err
			}
			return tx.Exec(t.Context(), `INSERT INTO jobs_job (id, kind, args, state, due_us, attempts, created_us) VALUES ('j', 'notice.alert', '{}', 'dead', 0, 1, 0)`)
		})
		if err != nil {
			t.Fatal(err)
		}
		figures("tarazu_ledger_pending 1", "tarazu_ledger_oldest_pending_seconds 40", "tarazu_jobs_dead 1")
		e.Sequence()
		e.Clock.Advance(3 * time.Second)
		figures("tarazu_ledger_pending 0", "tarazu_ledger_checkpoint_age_seconds 3")

		if err := e.App.Doubles.Population.Faults().Set(sandbox.Fault{Mode: sandbox.Down}); err != nil {
			t.Fatal(err)
		}
		for range 8 {
			c.Get("/register").Want(http.StatusOK).Submit("/register", "national_code", NationalCode(900), "birth.day", "1", "birth.month", "1", "birth.year", "1370", "mobile", "09350009999")
			c = e.Anonymous()
		}
		ready(map[string]string{"ledger": "stopped", "gateway.population": "open"})
		figures(`tarazu_gateway_breaker_open{gateway="population"} 1`, `tarazu_gateway_breaker_open{gateway="sms"} 0`)
		e.Clock.Advance(time.Minute)
		ready(map[string]string{"ledger": "stopped", "gateway.population": "half-open"})
	})
}
