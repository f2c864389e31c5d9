// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"slices"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/outage"
)

// TestProbes: the server finds its own parts and the outside systems in order,
// and notices which of them fails.
func TestProbes(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		probes := e.App.Probes(e.URL)
		var parts []string
		for _, x := range probes {
			parts = append(parts, x.Part)
			if _, ok := e.App.Outage.Rules().Part(x.Part); !ok {
				t.Errorf("%s is probed and stands in no table", x.Part)
			}
			if err := x.Ask(t.Context()); err != nil {
				t.Errorf("%s: %v", x.Part, err)
			}
		}
		for _, p := range e.App.Outage.Rules().Parts {
			if p.Kind == outage.KindOwn && !slices.Contains(parts, p.Code) {
				t.Errorf("%s is not probed", p.Code)
			}
		}
		start, round := e.Clock.Now(), e.App.Outage.NewProber(e.Clock, 10*time.Second, probes...)
		rounds := func() {
			for range 3 {
				if err := round.Round(t.Context()); err != nil {
					t.Fatal(err)
				}
				e.Clock.Advance(10 * time.Second)
			}
		}
		rounds()
		if err := e.App.Doubles.SMS.Faults().Set(sandbox.Fault{Mode: sandbox.Down}); err != nil {
			t.Fatal(err)
		}
		rounds()
		list, err := e.App.Outage.Touching(t.Context(), e.App.DB, parts, start, e.Clock.Now())
		if err != nil || len(list) != 1 || list[0].Part != "gateway.sms" || list[0].Cause != outage.Theirs || !list[0].Open() {
			t.Errorf("%+v, %v", list, err)
		}
		// A server that is gone: its parts fail, and it says so itself.
		for _, x := range e.App.Probes("http://127.0.0.1:1") {
			if p, _ := e.App.Outage.Rules().Part(x.Part); p.Kind == outage.KindOwn && x.Ask(t.Context()) == nil {
				t.Errorf("%s: nobody answers, and it counts as well", x.Part)
			}
		}
	})
}
