// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/outage"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// stands is the deadline of a notice that stands.
func (r *rig) stands(t *testing.T, c Case, noticeID string) Deadline {
	t.Helper()
	d, found, err := r.DeadlineOf(t.Context(), r.db, c.ID, noticeID)
	if err != nil || !found {
		t.Fatalf("no deadline stands: %v", err)
	}
	return d
}

func (r *rig) move(t *testing.T, c Case, noticeID string, served time.Time, evidence string) {
	t.Helper()
	err := r.db.Write(t.Context(), func(tx *store.Tx) error {
		return r.MoveServiceTx(t.Context(), tx, c.ID, noticeID, served, "notice.contest.no_access", evidence)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestMoveService: a judge's decision on service moves the term, or stops it, and
// may start it again; everybody concerned is told; the same decision twice is one;
// a service that was set aside stays so when its event comes late.
func TestMoveService(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده\u200cپور")
		c := r.open(t, debt("f1", p, d))
		n := r.serve(t, c, Defendant, "cpc-336", "k1")
		r.drain(t)
		first := r.stands(t, c, n.ID)

		later := first.RunsFrom.AddDate(0, 0, 9)
		r.clk.Advance(10 * 24 * time.Hour)
		for range 2 {
			r.move(t, c, n.ID, later, "e1")
		}
		moved := r.stands(t, c, n.ID)
		if moved.Seq != 2 || moved.Reason != ReasonMoved || moved.Computation.Served != first.Computation.Served.Add(9) || moved.Last <= first.Last {
			t.Fatalf("moved to %+v", moved)
		}
		if dues := must(r.OpenDeadlines(t.Context(), d))(t); len(dues) != 1 || dues[0].Last != moved.Last {
			t.Errorf("to do: %+v", dues)
		}
		if list := must(r.Changes(t.Context(), clerk, 5))(t); len(list) != 1 || list[0].From != first.Last || list[0].To != moved.Last {
			t.Errorf("on the desk: %+v", list)
		}
		if _, err := r.Changes(t.Context(), d, 5); err == nil {
			t.Error("a party reads the list of the unit")
		}
		if n := r.count(t, "SELECT count(*) FROM jobs_job WHERE kind = 'docket.tell'"); n != 1 {
			t.Errorf("%d messages", n)
		}
		if line := r.lines(t, d, c); !strings.Contains(line, "The last day has moved from") || !strings.Contains(line, "A judge decided") {
			t.Errorf("timeline %s", line)
		}

		r.move(t, c, n.ID, time.Time{}, "e2")
		if _, found, err := r.DeadlineOf(t.Context(), r.db, c.ID, n.ID); found || err != nil {
			t.Fatalf("it still runs, %v", err)
		}
		if dues := must(r.OpenDeadlines(t.Context(), d))(t); len(dues) != 0 {
			t.Errorf("to do: %+v", dues)
		}
		if line := r.lines(t, d, c); !strings.Contains(line, "no longer runs") {
			t.Errorf("timeline %s", line)
		}
		r.drain(t)

		r.move(t, c, n.ID, r.clk.Now(), "e3")
		if anew := r.stands(t, c, n.ID); anew.Seq != 3 || anew.Reason != ReasonAnew || anew.Person != d.Person || anew.Computation.Served != civil.Of(r.clk.Now()) {
			t.Errorf("served again: %+v", anew)
		}

		// Decided before the job has computed it: the decision holds.
		early := r.serve(t, c, Defendant, "cpc-336", "k2")
		r.move(t, c, early.ID, time.Time{}, "e4")
		r.drain(t)
		if _, found, err := r.DeadlineOf(t.Context(), r.db, c.ID, early.ID); found || err != nil {
			t.Errorf("the term of a service that was set aside runs, %v", err)
		}
		r.move(t, c, early.ID, r.clk.Now(), "e5")
		if anew := r.stands(t, c, early.ID); anew.Seq != 1 || anew.Person != d.Person {
			t.Errorf("served again: %+v", anew)
		}
		// Of what starts no term nothing changes.
		r.move(t, c, r.serve(t, c, Defendant, "", "k3").ID, r.clk.Now(), "e6")
	})
}

// lines are the words of a case's timeline.
func (r *rig) lines(t *testing.T, a policy.Actor, c Case) string {
	t.Helper()
	p := r.cat.Printer("en")
	var b strings.Builder
	for _, e := range must(r.View(t.Context(), a, c.ID))(t).Entries {
		b.WriteString(e.Words(p) + "\n")
		if p.Has(e.key() + ".text") {
			b.WriteString(p.T(e.key()+".text", e.pairs(p)...) + "\n")
		}
	}
	return b.String()
}

// TestOutageOnTheLastDay: an outage of what filing needs moves a last day by CPC
// 444, what is corrected moves it back, and a term whose rule says so stays.
func TestOutageOnTheLastDay(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده\u200cپور")
		c := r.open(t, debt("f1", p, d))
		n, stays := r.serve(t, c, Defendant, "cpc-336", "k1"), r.serve(t, c, Defendant, "crpc-431", "k2")
		r.drain(t)
		was, fixed := r.stands(t, c, n.ID), r.stands(t, c, stays.ID)
		if was.Last != fixed.Last {
			t.Fatal("the two terms should end on one day")
		}
		r.clk.Advance(at(t, was.Last.String(), 22, 0).Sub(r.clk.Now()))
		o, err := r.out.Declare(t.Context(), admin, outage.Facts{
			Part: "filing", From: at(t, was.Last.String(), 9, 0), To: at(t, was.Last.String(), 14, 0), Cause: outage.Ours, Text: outage.Text{FA: "قطعی", EN: "Down"},
		})
		if err != nil {
			t.Fatal(err)
		}
		r.drain(t)
		now := r.stands(t, c, n.ID)
		if now.Last != was.Last.Add(1) || now.Reason != ReasonOutage || len(now.Computation.Outages) != 1 || now.Computation.Outages[0].Outage != o.ID {
			t.Errorf("last %s instead of the day after %s: %+v", now.Last, was.Last, now.Computation.Outages)
		}
		site := newSite(t, r, cast{"defendant": d, "clerk": clerk})
		site.as("defendant")
		_, page := site.get("/cases/" + c.ID + "/deadlines/" + now.ID)
		site.has(page, "آخرین روز را جابه\u200cجا کرد", `href="/status/`+o.ID+`"`)
		_, page = site.get("/cases/" + c.ID + "/deadlines/" + fixed.ID)
		site.has(page, "این مهلت با از کار افتادن سامانه جابه\u200cجا نمی\u200cشود", "چیزی را جابه\u200cجا نکرد")
		site.as("clerk")
		_, page = site.get("/cases")
		site.has(page, "مهلت\u200cهایی که تازه جابه\u200cجا شده\u200cاند", c.Number)
		if got := r.stands(t, c, stays.ID); got.Last != fixed.Last || got.Seq != 1 {
			t.Errorf("a term that an outage does not move went to %s", got.Last)
		}
		if _, err := r.out.Withdraw(t.Context(), admin, o.ID, o.Version, "it was another part"); err != nil {
			t.Fatal(err)
		}
		r.drain(t)
		if back := r.stands(t, c, n.ID); back.Last != was.Last || back.Seq != 3 || !sameDays(back.Computation, was.Computation) {
			t.Errorf("after the withdrawal: %+v", back)
		}
	})
}

// TestSeveralDefendants: the longest term helps all (CPC 447), in whatever order
// they are served, and the plaintiff's side not at all.
func TestSeveralDefendants(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d, e := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده\u200cپور"), r.person(t, "لیلا", "دومی")
		n := debt("f1", p, d)
		n.Parties = append(n.Parties, Party{Side: Defendant, Person: e.Person, NationalCode: "0000000108", Name: "لیلا دومی", Province: "markazi", County: "arak"})
		c := r.open(t, n)
		issue := func(party int, key string) string {
			var id string
			err := r.db.Write(t.Context(), func(tx *store.Tx) error {
				out, err := r.IssueNoticeTx(t.Context(), tx, clerk, NewNotice{
					Case: c.ID, Party: c.Parties[party].ID, Kind: "judgment", Title: Text{FA: "دادنامه", EN: "Judgment"}, Paper: Text{FA: "دادنامه", EN: "Judgment"}, Rule: "cpc-336", Key: key,
				})
				id = out.ID
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			r.drain(t)
			return id
		}
		first := issue(1, "k1")
		alone := r.stands(t, c, first)
		plaintiff := issue(0, "k0")
		r.clk.Advance(6 * 24 * time.Hour)
		second := issue(2, "k2")
		helped, own := r.stands(t, c, first), r.stands(t, c, second)
		if helped.Last != own.Last || helped.Reason != ReasonShared || helped.Computation.Own == nil || *helped.Computation.Own != alone.Last || helped.Safe != alone.Safe {
			t.Errorf("first %s (%s), second %s", helped.Last, helped.Reason, own.Last)
		}
		if own.Computation.Longest != nil {
			t.Error("who has the longest term is helped by somebody")
		}
		if got := r.stands(t, c, plaintiff); got.Last != alone.Last || got.Seq != 1 {
			t.Errorf("the other side's term went to %s", got.Last)
		}
		// The service on the second is set aside: the first has its own term again.
		r.move(t, c, second, time.Time{}, "e1")
		r.drain(t)
		if back := r.stands(t, c, first); !sameDays(back.Computation, alone.Computation) {
			t.Errorf("without the second: %s instead of %s", back.Last, alone.Last)
		}
	})
}
