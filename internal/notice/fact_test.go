// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

var bailiff = policy.Actor{Person: "bailiff-1", Role: policy.Bailiff, Unit: "23101", Assurance: 2}

// kinds are the facts of a notice, in the order in which they were learned.
func (r *rig) kinds(t *testing.T, owner, id string) string {
	t.Helper()
	n := must(r.Of(t.Context(), r.db, owner, id))(t)
	out := ""
	for _, f := range n.History() {
		out += f.Kind + " "
		if f.Evidence == "" {
			t.Errorf("%s has no evidence", f.Kind)
		}
	}
	return out
}

func (r *rig) write(t *testing.T, fn func(tx *store.Tx) error) error {
	t.Helper()
	return r.db.Write(t.Context(), fn)
}

// What an officer does on paper becomes facts, and serves once.
func TestServedOnPaper(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		var heard []ServedOnPaper
		jobs.Subscribe(r.jobs, "test", func(_ context.Context, e ServedOnPaper) error { heard = append(heard, e); return nil })
		out := r.deliver(t, claim("k1", ""))
		outcome := func(fact, code string, at time.Time) error {
			return r.write(t, func(tx *store.Tx) error {
				_, err := r.PaperOutcomeTx(t.Context(), tx, bailiff, PaperOutcome{Owner: "case-1", Notice: out.ID, Fact: fact, Code: code, At: at, Attempt: "attempt-1"})
				return err
			})
		}
		start := r.clk.Now()
		r.clk.Advance(3 * time.Hour)
		if err := outcome(FactPaperFailed, "absent", start.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if err := outcome(FactPaperActual, "to_person", start.Add(2*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if err := outcome(FactPaperLegal, "household", start.Add(2*time.Hour)); !errs.Is(err, errs.Conflict) {
			t.Errorf("served twice: %v", err)
		}
		if err := outcome(FactArrived, "", start); !errs.Is(err, errs.Invalid) {
			t.Errorf("an officer made it arrive: %v", err)
		}
		if got := r.kinds(t, "case-1", out.ID); got != "paper_failed paper_actual " {
			t.Errorf("facts: %s", got)
		}
		r.drain(t)
		if len(heard) != 1 || !heard[0].Runs || !heard[0].At.Equal(start.Add(2*time.Hour)) || heard[0].Fact != FactPaperActual {
			t.Errorf("heard: %+v", heard)
		}
		if left := must(r.tasks(t.Context(), clerk))(t); len(left) != 0 {
			t.Errorf("work is left: %+v", left)
		}
	})
}

// An officer serves while the court takes the paper back: one of them is refused,
// whoever it is.
func TestServedWhileWithdrawn(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		for i := range 6 {
			out := r.deliver(t, claim(string(rune('a'+i)), ""))
			var wg sync.WaitGroup
			var served error
			var taken bool
			wg.Go(func() {
				served = r.db.Write(t.Context(), func(tx *store.Tx) error {
					_, err := r.PaperOutcomeTx(t.Context(), tx, bailiff, PaperOutcome{Owner: "case-1", Notice: out.ID, Fact: FactPaperActual, Code: "to_person", At: tx.Now()})
					return err
				})
			})
			wg.Go(func() {
				if err := r.db.Write(t.Context(), func(tx *store.Tx) (err error) {
					taken, err = r.WithdrawPaperTx(t.Context(), tx, clerk, "case-1", out.ID, ReasonHasAccount, "")
					return err
				}); err != nil {
					t.Error(err)
				}
			})
			wg.Wait()
			n := must(r.Of(t.Context(), r.db, "case-1", out.ID))(t)
			if taken == (served == nil) || r.Effect(n).Void != taken || (r.Effect(n).Reach() == ReachActual) != (served == nil) {
				t.Errorf("taken back %v, served %v, facts %+v", taken, served, n.Facts)
			}
			if served != nil && !errs.Is(served, errs.Conflict) {
				t.Error(served)
			}
		}
	})
}

// Whoever does not look for ten days is deemed to have refused: a fact, once,
// that moves nothing. Who has looked is not.
func TestDeemed(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		owner := r.person(t, "fa")
		unseen, seen := r.deliver(t, claim("k1", owner.Person)), r.deliver(t, claim("k2", owner.Person))
		asked := claim("k3", owner.Person)
		asked.Kind, asked.Rule = KindCertificate, ""
		certificate := r.deliver(t, asked)
		must(r.Open(t.Context(), owner, seen.ID))(t)
		deem := func(after time.Duration, want string) {
			t.Helper()
			r.clk.Advance(after)
			for range 2 {
				if err := r.Deem(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if got := r.kinds(t, owner.Person, unseen.ID); got != want {
				t.Errorf("facts: %s, want %s", got, want)
			}
		}
		before := r.Effect(must(r.Get(t.Context(), owner, unseen.ID))(t))
		deem(10*24*time.Hour-time.Second, "arrived ")
		deem(time.Second, "arrived deemed ")
		n := must(r.Get(t.Context(), owner, unseen.ID))(t)
		if after := r.Effect(n); !after.Served.Equal(before.Served) || !after.InFact.IsZero() {
			t.Errorf("it means another thing now: %+v", after)
		}
		for _, id := range []string{seen.ID, certificate.ID} {
			if got := must(r.Get(t.Context(), owner, id))(t); len(got.Facts) != 0 {
				t.Errorf("deemed too: %+v", got.Facts)
			}
		}
		must(r.Open(t.Context(), owner, unseen.ID))(t)
		if e := r.Effect(must(r.Get(t.Context(), owner, unseen.ID))(t)); e.Reach() != ReachActual {
			t.Errorf("opened late: %+v", e)
		}
	})
}

// A notice that another one replaces stays readable and serves nothing.
func TestReplaced(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		owner := r.person(t, "fa")
		first, second := r.deliver(t, claim("k1", owner.Person)), r.deliver(t, claim("k2", owner.Person))
		replace := func() error {
			return r.write(t, func(tx *store.Tx) error {
				return r.ReplaceTx(t.Context(), tx, clerk, owner.Person, first.ID, "corrected", second.ID)
			})
		}
		if err := replace(); err != nil {
			t.Fatal(err)
		}
		if err := replace(); !errs.Is(err, errs.Conflict) {
			t.Errorf("replaced twice: %v", err)
		}
		n := must(r.Open(t.Context(), owner, first.ID))(t)
		if !r.Effect(n).Void || n.ReplacedBy != second.ID || n.Paper.FA == "" {
			t.Errorf("%+v", n)
		}
		page := must(r.Inbox(t.Context(), owner, FilterAll, Page{}))(t)
		if len(page.Notices) != 2 || !r.Effect(page.Notices[1]).Void || r.Effect(page.Notices[0]).Void {
			t.Errorf("the list does not tell: %+v", page.Notices)
		}
	})
}

// A judge moves the day of service, or sets it aside.
func TestDecided(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		var heard []Contested
		jobs.Subscribe(r.jobs, "test", func(_ context.Context, e Contested) error { heard = append(heard, e); return nil })
		owner := r.person(t, "fa")
		judge := policy.Actor{Person: "judge-1", Role: policy.Judge, Unit: "23101"}
		out := r.deliver(t, claim("k1", owner.Person))
		arrived := r.clk.Now()
		r.clk.Advance(48 * time.Hour)
		decide := func(decision string, served time.Time) error {
			return r.write(t, func(tx *store.Tx) error {
				if _, err := r.ContestTx(t.Context(), tx, owner, owner.Person, out.ID, "contest-1", "no_access"); err != nil {
					return err
				}
				_, err := r.DecideTx(t.Context(), tx, judge, owner.Person, out.ID, "contest-1", decision, served, "")
				return err
			})
		}
		for name, served := range map[string]time.Time{"before it was issued": arrived.Add(-time.Hour), "in the future": r.clk.Now().Add(time.Hour)} {
			if err := decide(FactMoved, served); !errs.Is(err, errs.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := decide(FactMoved, arrived.Add(30*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if e := r.Effect(must(r.Get(t.Context(), owner, out.ID))(t)); !e.RunsFrom().Equal(arrived.Add(30*time.Hour)) || !e.Moved {
			t.Errorf("%+v", e)
		}
		if err := decide(FactSetAside, time.Time{}); err != nil {
			t.Fatal(err)
		}
		if err := decide(FactUpheld, time.Time{}); !errs.Is(err, errs.Conflict) {
			t.Errorf("decided on what is set aside: %v", err)
		}
		r.drain(t)
		if len(heard) != 2 || heard[0].Decision != FactMoved || heard[1].Decision != FactSetAside || !heard[1].RunsFrom.IsZero() {
			t.Errorf("heard %+v", heard)
		}
		if got := r.kinds(t, owner.Person, out.ID); got != "arrived contested moved contested set_aside " {
			t.Errorf("facts: %s", got)
		}
	})
}

// By a reading in which a helper's opening does not count, it is a fact without
// effect: the addressee still has to open it himself, and only then is he served
// in fact. What the helper read he may read again.
func TestOpenerWhoDoesNotCount(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		r.effects = changed(t, func(reading, row map[string]any) {
			reading["from"] = "2020-01-01"
			row["openers"].(map[string]any)["helper"] = "none"
		})
		owner := r.person(t, "fa")
		other := r.person(t, "fa")
		helper := policy.Actor{Person: other.Person, Role: policy.Helper, For: owner.Person, Assurance: 2, Rights: []policy.Right{policy.See, policy.OpenNotices}}
		out := r.deliver(t, claim("k1", owner.Person))
		row := must(store.One[noticeRow](t.Context(), r.db, sqlNotice, owner.Person, out.ID))(t)
		err := r.write(t, func(tx *store.Tx) error { _, err := r.viewTx(t.Context(), tx, helper, &row); return err })
		if err != nil {
			t.Fatal(err)
		}
		n := must(r.Get(t.Context(), owner, out.ID))(t)
		if e := r.Effect(n); e.Reach() != ReachLegal || r.OpenTo(owner, n) || !r.OpenTo(helper, n) {
			t.Errorf("the helper's opening counts: %+v", e)
		}
		if _, err := r.Read(t.Context(), owner, out.ID); !errs.Is(err, errs.Conflict) {
			t.Errorf("read without opening: %v", err)
		}
		r.clk.Advance(time.Hour)
		for range 2 {
			n = must(r.Open(t.Context(), owner, out.ID))(t)
		}
		if e := r.Effect(n); !e.InFact.Equal(r.clk.Now()) || r.kinds(t, owner.Person, out.ID) != "arrived viewed viewed " {
			t.Errorf("%+v, facts %s", e, r.kinds(t, owner.Person, out.ID))
		}
		r.drain(t)
		if len(r.views) != 2 || !r.views[0].Idle || r.views[1].Idle {
			t.Errorf("heard %+v", r.views)
		}
	})
}
