// SPDX-License-Identifier: Apache-2.0

package steward

import (
	"sync"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

const reason = "شناسنامهٔ تازه را دیدم و ثبت احوال اشتباه را پذیرفت"

// An account that was closed by mistake is opened by two administrators, neither
// of whom it belongs to, and is not closed again at the next question.
func TestReopen(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		p := r.person(t)
		other := policy.Actor{Person: "admin-2", Role: policy.Administrator, Name: "مدیر دوم"}
		if _, err := r.ProposeReopening(ctx, admin, p.ID, reason); !isCode(err, "steward.not_closed") {
			t.Errorf("an open account: %v", err)
		}
		if _, err := r.ApplyFeed(ctx, []byte(p.NationalCode+",deceased")); err != nil {
			t.Fatal(err)
		}
		self := policy.Actor{Person: p.ID, Role: policy.Administrator}
		for name, a := range map[string]policy.Actor{"the person concerned": self, "a clerk": {Person: "c", Role: policy.Clerk}} {
			if _, err := r.ProposeReopening(ctx, a, p.ID, reason); !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s proposes: %v", name, err)
			}
		}
		if _, err := r.ProposeReopening(ctx, admin, p.ID, "نه"); !errs.Is(err, errs.Invalid) {
			t.Errorf("without a reason: %v", err)
		}
		first := must(r.ProposeReopening(ctx, admin, p.ID, reason))(t)
		if _, err := r.ProposeReopening(ctx, other, p.ID, reason); !isCode(err, "steward.proposed_already") {
			t.Errorf("twice: %v", err)
		}
		for name, a := range map[string]policy.Actor{"who proposed": admin, "the person concerned": self} {
			if _, err := r.Decide(ctx, a, first.ID, true); !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s decides: %v", name, err)
			}
		}
		if _, err := r.Decide(ctx, other, first.ID, false); err != nil || r.status(t, p) != identity.Deceased {
			t.Fatalf("refused: %v, %s", err, r.status(t, p))
		}
		late := must(r.ProposeReopening(ctx, admin, p.ID, reason))(t)
		r.clk.Advance(31 * 24 * time.Hour)
		if _, err := r.Decide(ctx, other, late.ID, true); !isCode(err, "steward.too_old") {
			t.Errorf("long after: %v", err)
		}
		must(r.Decide(ctx, other, late.ID, false))(t)
		second := must(r.ProposeReopening(ctx, other, p.ID, reason))(t)
		if _, err := r.Decide(ctx, admin, second.ID, true); err != nil || r.status(t, p) != identity.Active {
			t.Fatalf("approved: %v, %s", err, r.status(t, p))
		}
		if _, err := r.Decide(ctx, admin, second.ID, false); !isCode(err, "steward.decided") {
			t.Errorf("decided twice: %v", err)
		}
		if _, err := r.people.Actor(ctx, p.ID, ""); err != nil {
			t.Errorf("the owner stays outside: %v", err)
		}
		r.says(p, population.Person{}) // the registry is not corrected yet
		if err := r.AskRegistry(ctx); err != nil || r.status(t, p) != identity.Active {
			t.Errorf("closed again at once: %v, %s", err, r.status(t, p))
		}
		list := must(r.Proposals(ctx, admin, p.ID))(t)
		if len(list) != 3 || list[0].State != Approved || list[0].DeciderName != admin.Name || list[1].State != Refused {
			t.Errorf("history %+v", list)
		}
		if open := must(r.OpenProposals(ctx, admin))(t); len(open) != 0 {
			t.Errorf("still open: %+v", open)
		}
		steps := must(r.people.Statuses(ctx, p.ID))(t)
		if len(steps) != 2 || steps[0].Ref != second.ID || steps[0].By.Person != admin.Person {
			t.Errorf("steps %+v", steps)
		}
	})
}

// Of two who decide at once, one does.
func TestDecideRace(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		p := r.person(t)
		if _, err := r.ApplyFeed(ctx, []byte(p.NationalCode+",incapable")); err != nil {
			t.Fatal(err)
		}
		one := must(r.ProposeReopening(ctx, admin, p.ID, reason))(t)
		var wg sync.WaitGroup
		failed := make([]error, 2)
		for i, who := range []string{"admin-2", "admin-3"} {
			wg.Go(func() {
				_, failed[i] = r.Decide(ctx, policy.Actor{Person: who, Role: policy.Administrator}, one.ID, i == 0)
			})
		}
		wg.Wait()
		if (failed[0] == nil) == (failed[1] == nil) {
			t.Fatalf("both or none decided: %v, %v", failed[0], failed[1])
		}
		want := identity.Incapable
		if failed[0] == nil {
			want = identity.Active
		}
		if got := r.status(t, p); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	})
}
