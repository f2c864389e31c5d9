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
)

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

// A registry gone wrong does not close a tenth of the accounts.
func TestUnbelievableRegistry(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		var all []identity.Person
		for range 4 {
			p := r.person(t)
			r.says(p, population.Person{})
			all = append(all, p)
		}
		r.clk.Advance(31 * 24 * time.Hour)
		if err := r.AskRegistry(t.Context()); err == nil || !strings.Contains(err.Error(), "4 of 4") {
			t.Errorf("believed: %v", err)
		}
		for _, p := range all {
			if got := r.status(t, p); got != identity.Active {
				t.Errorf("closed: %s", got)
			}
		}
		r.says(all[0], population.Person{Alive: true}) // mended: three may be
		if err := r.AskRegistry(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := r.status(t, all[3]); got != identity.Deceased {
			t.Errorf("%s, want deceased", got)
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
