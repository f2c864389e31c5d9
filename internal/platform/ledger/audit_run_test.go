// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/clock"
)

// TestNightlyAudit: it runs once a night, at two, or when it has not run for
// too long; it names the first row that differs, and the log's health says so
// until an audit finds nothing.
func TestNightlyAudit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Ledger, clk *clock.Fake) {
		runs := func(want int) {
			t.Helper()
			if err := l.AuditDue(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := exec(t, l, `UPDATE ledger_audit SET took_us = took_us`); got != int64(want) {
				t.Fatalf("%d audits at %s, want %d", got, clk.Now().In(clock.Tehran), want)
			}
		}
		health := func(state, first string) {
			t.Helper()
			h, err := l.Health(t.Context())
			if err != nil || h.State != state || !strings.HasPrefix(h.Differs, first) || (first == "") != (h.Differs == "") {
				t.Errorf("health %+v, %v; want %s %q", h, err, state, first)
			}
		}
		le := &lease{holder: "me"}
		for clk.Now().In(clock.Tehran).Hour() != auditHour+1 {
			clk.Advance(time.Hour)
		}
		runs(0) // no log yet
		victim := stage(t, l, "o", 3)[1]
		l.tick(t.Context(), le)
		runs(1) // the first at once
		last, err := l.LastAudits(t.Context())
		if err != nil || len(last) != 1 || last[0].Size != 3 || last[0].Findings != 0 || last[0].First != "" || !last[0].At.Equal(clk.Now()) {
			t.Errorf("%+v, %v", last, err)
		}
		runs(1)
		for range 19 {
			clk.Advance(time.Hour)
			runs(1)
		}
		for clk.Now().In(clock.Tehran).Hour() != auditHour {
			clk.Advance(time.Hour)
		}
		exec(t, l, `UPDATE ledger_entry SET owner = 'somebody else' WHERE id = $1`, victim.id)
		runs(2)
		l.tick(t.Context(), le)
		health(Differs, "column entry "+victim.id+" at 1")
		if h, err := l.Health(t.Context()); err != nil || strings.Contains(h.Differs, "somebody else") || strings.Contains(h.Differs, "\"o\"") {
			t.Errorf("people are named: %+v, %v", h, err)
		}
		exec(t, l, `UPDATE ledger_entry SET owner = 'o' WHERE id = $1`, victim.id)
		clk.Advance(time.Minute)
		if found, err := l.AuditAll(t.Context()); err != nil || len(found) != 0 {
			t.Errorf("%v, %v", found, err)
		}
		l.tick(t.Context(), le)
		health(Sequencing, "")
	})
}
