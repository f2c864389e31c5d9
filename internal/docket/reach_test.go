// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"slices"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// reached is how far papers have come to the defendant, as the court is told.
func (r *rig) reached(t *testing.T, c Case) Reached {
	t.Helper()
	list, _, err := r.Reach(t.Context(), clerk, c.ID)
	if err != nil || len(list) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	return list[0]
}

// Who has no account is served on paper: tried in vain, left with the family,
// handed over. Each step is told to the court, and the term runs from the day on
// which the officer served, however late he says so.
func TestReachOnPaper(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		officer := policy.Actor{Person: "bailiff-1", Role: policy.Bailiff, Unit: clerk.Unit}
		p := r.person(t, "سارا", "خواهانی")
		c := r.open(t, debt("f1", p, policy.Actor{}))
		if got := r.reached(t, c); got.Best != notice.ReachNever || len(got.Notices) != 0 {
			t.Errorf("before anything was sent: %+v", got)
		}
		out := r.claimCopy(t, c, "k1")
		r.drain(t)
		if got := r.reached(t, c); got.Best != notice.ReachNever || len(got.Notices) != 1 {
			t.Errorf("with the officer: %+v", got)
		}
		start := r.clk.Now()
		r.clk.Advance(50 * time.Hour)
		for i, step := range []struct{ fact, code, best string }{
			{notice.FactPaperFailed, "absent", notice.ReachNever},
			{notice.FactPaperLegal, "household", notice.ReachLegal},
		} {
			if err := r.db.Write(t.Context(), func(tx *store.Tx) error {
				_, err := r.notice.PaperOutcomeTx(t.Context(), tx, officer, notice.PaperOutcome{
					Owner: c.ID, Notice: out.ID, Fact: step.fact, Code: step.code, At: start.Add(time.Duration(i+1) * time.Hour),
				})
				return err
			}); err != nil {
				t.Fatal(err)
			}
			r.drain(t)
			if got := r.reached(t, c); got.Best != step.best {
				t.Errorf("%s: %s", step.fact, got.Best)
			}
		}
		d, found, err := r.DeadlineOf(t.Context(), r.db, c.ID, out.ID)
		if err != nil || !found || !d.RunsFrom.Equal(start.Add(2*time.Hour)) || d.Reason != ReasonOnPaper {
			t.Errorf("the term: %+v %v %v", d, found, err)
		}
		if got := r.reached(t, c).Notices[0].Notice.History(); len(got) != 2 || got[0].Kind != notice.FactPaperFailed {
			t.Errorf("the steps: %+v", got)
		}
		if n := r.count(t, "SELECT count(*) FROM docket_entry WHERE kind = 'docket.notice_served_paper'"); n != 1 {
			t.Errorf("%d entries of service", n)
		}
	})
}

// In an account: served in law when it arrives, really reached when it is opened.
// Neither a party nor another court is told.
func TestReachInAnAccount(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده‌پور")
		c := r.open(t, debt("f1", p, d))
		out := r.claimCopy(t, c, "k1")
		r.drain(t)
		if got := r.reached(t, c); got.Best != notice.ReachLegal {
			t.Errorf("arrived: %+v", got)
		}
		must(r.notice.Open(t.Context(), d, out.ID))(t)
		if got := r.reached(t, c); got.Best != notice.ReachActual {
			t.Errorf("opened: %+v", got)
		}
		other := clerk
		other.Unit = "00201"
		for name, a := range map[string]policy.Actor{"the plaintiff": p, "the defendant": d, "another court": other} {
			if _, _, err := r.Reach(t.Context(), a, c.ID); !errs.Is(err, errs.Forbidden) && !errs.Is(err, errs.NotFound) {
				t.Errorf("%s was told: %v", name, err)
			}
		}
		looks := must(r.people.Accesses(t.Context(), d.Person))(t)
		if !slices.ContainsFunc(looks, func(a identity.AccessRow) bool { return a.What == "docket.access.reach" }) {
			t.Errorf("the defendant is not told that somebody looked: %+v", looks)
		}
	})
}

// claimCopy serves the petition on the defendant.
func (r *rig) claimCopy(t *testing.T, c Case, key string) (out notice.Issued) {
	t.Helper()
	var party string
	for _, p := range c.Parties {
		if p.Side == Defendant {
			party = p.ID
		}
	}
	if err := r.db.Write(t.Context(), func(tx *store.Tx) (err error) {
		out, err = r.IssueNoticeTx(t.Context(), tx, clerk, NewNotice{Case: c.ID, Party: party, Kind: notice.KindClaimCopy,
			Title: Text{"نسخهٔ دادخواست", "Copy of the petition"}, Paper: Text{"الف", "a"}, Rule: "cpc-336", Key: key})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// Whoever gets an account while an officer is on the way is served there, and
// the paper is taken back: never both. What the officer has served stays served.
func TestServedAnewInAnAccount(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		officer := policy.Actor{Person: "bailiff-1", Role: policy.Bailiff, Unit: clerk.Unit}
		p := r.person(t, "سارا", "خواهانی")
		c := r.open(t, debt("f1", p, policy.Actor{}))
		first, second := r.claimCopy(t, c, "k1"), r.claimCopy(t, c, "k2")
		outcome := func(id string) error {
			return r.db.Write(t.Context(), func(tx *store.Tx) error {
				_, err := r.notice.PaperOutcomeTx(t.Context(), tx, officer, notice.PaperOutcome{Owner: c.ID, Notice: id, Fact: notice.FactPaperActual, Code: "to_person", At: tx.Now()})
				return err
			})
		}
		if err := outcome(second.ID); err != nil {
			t.Fatal(err)
		}
		r.drain(t)
		d := r.person(t, "رضا", "خوانده‌پور")
		r.drain(t)
		inbox := must(r.notice.Inbox(t.Context(), d, notice.FilterAll, notice.Page{}))(t)
		if len(inbox.Notices) != 1 || inbox.Notices[0].Title.EN != "Copy of the petition" {
			t.Fatalf("in the account: %+v", inbox.Notices)
		}
		anew := inbox.Notices[0]
		if got := must(r.notice.Of(t.Context(), r.db, c.ID, first.ID))(t); got.ReplacedBy != anew.ID || !r.notice.Effect(got).Void {
			t.Errorf("the paper: %+v", got)
		}
		if got := must(r.notice.Of(t.Context(), r.db, c.ID, second.ID))(t); got.ReplacedBy != "" || r.notice.Effect(got).Reach() != notice.ReachActual {
			t.Errorf("what the officer served: %+v", got)
		}
		if err := outcome(first.ID); !errs.Is(err, errs.Conflict) {
			t.Errorf("the officer served what was taken back: %v", err)
		}
		if tasks := must(r.notice.PaperTaskPage(t.Context(), clerk, noticePage))(t).Tasks; len(tasks) != 0 {
			t.Errorf("work on paper is left: %+v", tasks)
		}
		if dl, found, err := r.DeadlineOf(t.Context(), r.db, c.ID, anew.ID); err != nil || !found || !dl.RunsFrom.Equal(anew.Arrived) {
			t.Errorf("the term: %+v, %v", dl, err)
		}
		// Set aside by a judge, it is served anew and its term ends.
		if err := r.db.Write(t.Context(), func(tx *store.Tx) error {
			_, err := r.notice.DecideTx(t.Context(), tx, clerk, d.Person, anew.ID, "contest-1", notice.FactSetAside, time.Time{}, "")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		r.drain(t)
		if dl, found, err := r.DeadlineOf(t.Context(), r.db, c.ID, anew.ID); err != nil || found && dl.Stands() {
			t.Errorf("the term of what was set aside: %+v, %v", dl, err)
		}
		var again notice.Issued
		for range 2 {
			if err := r.db.Write(t.Context(), func(tx *store.Tx) (err error) {
				again, err = r.ServeAnewTx(t.Context(), tx, clerk, c.ID, anew.ID, notice.FactSetAside, "again", false)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		r.drain(t)
		if dl, found, err := r.DeadlineOf(t.Context(), r.db, c.ID, again.ID); err != nil || !found || !dl.Stands() {
			t.Errorf("the new term: %+v, %v", dl, err)
		}
	})
}
