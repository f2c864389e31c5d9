// SPDX-License-Identifier: Apache-2.0

package steward

import (
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// believedLong is longer than a register is believed.
const believedLong = 49 * time.Hour

// Who has died or is under guardianship loses the account when the registry is
// next asked, nobody before, and whoever lives keeps it.
func TestAskRegistry(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		lives, died, ward, moved := r.person(t), r.person(t), r.person(t), r.person(t)
		r.says(died, population.Person{})
		r.says(ward, population.Person{Alive: true, Incapable: true})
		moved.Birth = moved.Birth.Add(1)
		r.says(moved, population.Person{Alive: true}) // the registry corrected the date: no match
		if err := r.AskRegistry(ctx); err != nil {
			t.Fatal(err)
		}
		if got := r.status(t, died); got != identity.Active {
			t.Fatalf("asked before it was time: %s", got)
		}
		r.clk.Advance(31 * 24 * time.Hour)
		if err := r.registry.Faults().Set(sandbox.Fault{Mode: sandbox.Down}); err != nil {
			t.Fatal(err)
		}
		if err := r.AskRegistry(ctx); err != nil || r.status(t, died) != identity.Active {
			t.Fatalf("a silent registry: %v, %s", err, r.status(t, died))
		}
		if err := r.registry.Faults().Set(sandbox.Fault{Mode: sandbox.OK}); err != nil {
			t.Fatal(err)
		}
		r.clk.Advance(time.Hour) // the breaker closes
		for range 2 {
			if err := r.AskRegistry(ctx); err != nil {
				t.Fatal(err)
			}
		}
		for p, want := range map[string]identity.Status{
			lives.ID: identity.Active, died.ID: identity.Deceased, ward.ID: identity.Incapable, moved.ID: identity.Active,
		} {
			if got := r.status(t, identity.Person{ID: p}); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		}
		if _, err := r.people.Actor(ctx, died.ID, ""); !errs.Is(err, errs.Unauthenticated) {
			t.Errorf("the account of somebody who died acts: %v", err)
		}
		steps, err := r.people.Statuses(ctx, died.ID)
		if err != nil || len(steps) != 1 || steps[0].Why != WhyRegistry {
			t.Errorf("steps %+v, %v", steps, err)
		}
	})
}

// A registry gone wrong does not close a tenth of the accounts, and whoever lives
// is not asked about every minute because of those of whom it is not believed.
func TestUnbelievableRegistry(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		var all []identity.Person
		for range 4 {
			p := r.person(t)
			r.says(p, population.Person{})
			all = append(all, p)
		}
		lives := r.person(t)
		r.clk.Advance(31 * 24 * time.Hour)
		if err := r.AskRegistry(t.Context()); err == nil || !strings.Contains(err.Error(), "4 of 5") {
			t.Errorf("believed: %v", err)
		}
		for _, p := range all {
			if got := r.status(t, p); got != identity.Active {
				t.Errorf("closed: %s", got)
			}
		}
		r.says(all[0], population.Person{Alive: true}) // mended: three may be
		r.says(lives, population.Person{})             // answered for; not asked about again for a month
		if err := r.AskRegistry(t.Context()); err != nil {
			t.Errorf("the same batch comes back at once: %v", err)
		}
		r.clk.Advance(askAgain + time.Minute)
		if err := r.AskRegistry(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := r.status(t, all[3]); got != identity.Deceased {
			t.Errorf("%s, want deceased", got)
		}
		if got := r.status(t, lives); got != identity.Active {
			t.Errorf("%s: asked about again with those who were doubted", got)
		}
	})
}

// Accounts were made one after the other and are due one after the other: a registry
// gone wrong closes no more of them in a day than if they were due at once. What two
// administrators have found to be true is done, and does not count afterwards.
func TestUnbelievableRegistryTrickle(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		const all = 12
		var dead []identity.Person
		for range all {
			p := r.person(t)
			r.says(p, population.Person{})
			dead = append(dead, p)
			r.clk.Advance(time.Minute)
		}
		closed := func() (n int) {
			for _, p := range dead {
				if r.status(t, p) != identity.Active {
					n++
				}
			}
			return n
		}
		r.clk.Advance(30*24*time.Hour - all*time.Minute)
		doubted := 0
		for range 3 * 60 / 5 { // some hours, over which they come back
			for range 5 {
				r.clk.Advance(time.Minute)
				if err := r.AskRegistry(ctx); err != nil {
					doubted++
				}
			}
		}
		if n := closed(); n != 3 || doubted < all-3 {
			t.Errorf("%d of %d accounts closed, %d batches doubted", n, all, doubted)
		}
		admin := func() policy.Actor {
			return policy.Actor{Person: r.person(t).ID, Role: policy.Administrator, Name: "مدیر"}
		}
		p, err := r.ProposeBelief(ctx, admin(), identity.DoubtRegistry, r.said(t), "I have asked; it was an earthquake")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.DecideBelief(ctx, admin(), p.ID, true); err != nil {
			t.Fatal(err)
		}
		r.clk.Advance(askAgain)
		if err := r.AskRegistry(ctx); err != nil || closed() != all {
			t.Errorf("believed: %v, %d closed", err, closed())
		}
		r.clk.Advance(believedLong)
		if yes, err := r.people.Believes(ctx, identity.DoubtRegistry, 1, 1); err != nil || !yes {
			t.Errorf("one more, days later: %v, %v", yes, err)
		}
	})
}

func TestFeed(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		died, ward := r.person(t), r.person(t)
		wrong := died.NationalCode + ",deceased\n" + ward.NationalCode + ",asleep\n"
		if _, err := r.ApplyFeed(ctx, []byte(wrong)); err == nil || strings.Contains(err.Error(), ward.NationalCode) || r.status(t, died) != identity.Active {
			t.Fatalf("a wrong line: %v, %s", err, r.status(t, died))
		}
		text := "\uFEFF# کد، رویداد\n\n" + died.NationalCode + "؛deceased\r\n" + ward.NationalCode + "; Incapable\n0009999991,deceased\n" + died.NationalCode + ",deceased\n"
		sum, err := r.ApplyFeed(ctx, []byte(text))
		if err != nil || sum != (Fed{Lines: 3, Unknown: 1, Closed: 2}) {
			t.Errorf("first: %+v, %v", sum, err)
		}
		sum, err = r.ApplyFeed(ctx, []byte(text))
		if err != nil || sum != (Fed{Lines: 3, Unknown: 1, Before: 2}) {
			t.Errorf("again: %+v, %v", sum, err)
		}
		if r.status(t, died) != identity.Deceased || r.status(t, ward) != identity.Incapable {
			t.Errorf("%s, %s", r.status(t, died), r.status(t, ward))
		}
		steps, err := r.people.Statuses(ctx, ward.ID)
		if err != nil || len(steps) != 1 || !strings.HasPrefix(steps[0].Ref, "sha256:") || steps[0].Why != WhyFeed {
			t.Errorf("steps %+v, %v", steps, err)
		}
	})
}
