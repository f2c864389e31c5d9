// SPDX-License-Identifier: Apache-2.0

package steward

import (
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// A proposal to believe a register is about what it said then: not about what it says
// later, be it in the same doubt or in the next one.
func TestStaleBelief(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		const kind, why = identity.DoubtNumbers, "four numbers, I have called them"
		admin := func() policy.Actor {
			return policy.Actor{Person: r.person(t).ID, Role: policy.Administrator, Name: "x"}
		}
		a, b, c := admin(), admin(), admin()
		says := func(taken, asked int, want bool) {
			t.Helper()
			if yes, err := r.people.Believes(ctx, kind, taken, asked); err != nil || yes != want {
				t.Fatalf("%d of %d: %v, %v", taken, asked, yes, err)
			}
		}
		propose := func(said string) Proposal {
			t.Helper()
			p, err := r.ProposeBelief(ctx, a, kind, said, why)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		says(4, 20, false)
		shown := r.said(t)
		p := propose(shown)
		says(4, 30, false) // no more than before
		if got := r.said(t); got != shown {
			t.Errorf("%s is no graver than %s", got, shown)
		}
		says(30, 30, false)
		if _, err := r.DecideBelief(ctx, b, p.ID, true); !isCode(err, "identity.doubt.changed") {
			t.Errorf("4 of 20 is believed as 30 of 30: %v", err)
		}
		if _, err := r.DecideBelief(ctx, b, p.ID, false); err != nil {
			t.Errorf("refused: %v", err)
		}
		for _, said := range []string{shown, ""} {
			if _, err := r.ProposeBelief(ctx, a, kind, said, why); !isCode(err, "identity.doubt.changed") {
				t.Errorf("proposed from a page of before (%q): %v", said, err)
			}
		}
		p = propose(r.said(t))
		if err := r.DismissDoubt(ctx, c, kind); err != nil {
			t.Fatal(err)
		}
		if got, err := r.Find(ctx, b, r.believing(), p.ID); err != nil || got.State != Refused || got.Decider != c.Person {
			t.Errorf("outlives the doubt: %+v, %v", got, err)
		}
		r.clk.Advance(20 * 24 * time.Hour)
		says(30, 30, false)
		if _, err := r.DecideBelief(ctx, b, p.ID, true); !isCode(err, "steward.decided") {
			t.Errorf("approved for what is said weeks later: %v", err)
		}
		says(30, 30, false)
		p = propose(r.said(t))
		if _, err := r.DecideBelief(ctx, b, p.ID, true); err != nil {
			t.Fatal(err)
		}
		says(30, 30, true)
	})
}
