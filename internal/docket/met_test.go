// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/calendar"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

var admin = policy.Actor{Person: "admin", Role: policy.Administrator, Assurance: 2}

// publish closes the courts of the rig's province on a day.
func (r *rig) publish(t *testing.T, date string) {
	t.Helper()
	_, err := r.cal.Publish(t.Context(), admin, calendar.Closure{Date: day(t, date), Province: "markazi", Kind: calendar.KindGovernment,
		Closed: true, Courts: true, Name: calendar.Text{FA: "گرما", EN: "Heat"}, Source: "test"})
	if err != nil {
		t.Fatal(err)
	}
}

func (r *rig) meet(t *testing.T, person, caseID, noticeID string) {
	t.Helper()
	if err := r.db.WriteBlind(t.Context(), func(tx *store.Tx) error { return r.MeetTx(t.Context(), tx, person, caseID, noticeID) }); err != nil {
		t.Fatal(err)
	}
}

// Somebody answers before the job has computed his term: it is met from the
// start, wherever it is shown, and stays met the first time.
func TestMetBeforeTheDeadlineWasComputed(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده\u200cپور")
		c := r.open(t, debt("f1", p, d))
		issued := r.serve(t, c, Defendant, "cpc-336", "k1")
		r.meet(t, d.Person, c.ID, issued.ID)
		r.clk.Advance(time.Minute)
		r.meet(t, d.Person, c.ID, issued.ID)
		r.drain(t)
		if n := r.count(t, "SELECT count(*) FROM docket_due"); n != 1 {
			t.Fatalf("%d deadlines were computed", n)
		}
		if dues := must(r.OpenDeadlines(t.Context(), d))(t); len(dues) != 0 {
			t.Errorf("still to do: %+v", dues)
		}
		shown := must(r.View(t.Context(), d, c.ID))(t).Deadlines
		if len(shown) != 1 || !shown[0].Met.Equal(r.clk.Now().Add(-time.Minute)) {
			t.Errorf("the case shows %+v", shown)
		}
		card, found, err := r.DeadlineOf(t.Context(), r.db, c.ID, issued.ID)
		if err != nil || !found || card.Met.IsZero() {
			t.Errorf("the notice shows %+v %v %v", card, found, err)
		}
	})
}

// A closure that is announced long after the day that it closes moves the term
// that it touches. What is met is not computed again, and nothing is compared
// while the calendar stays the same.
func TestLateClosureMovesATermAndMetOnesStay(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده\u200cپور")
		c := r.open(t, debt("f1", p, d))
		open := r.serve(t, c, Defendant, "cpc-336", "k1")
		met := r.serve(t, c, Defendant, "cpc-336", "k2")
		r.drain(t)
		r.meet(t, d.Person, c.ID, met.ID)
		r.clk.Advance(200 * 24 * time.Hour)
		r.publish(t, "2025-05-31")
		if err := r.Recompute(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := r.count(t, "SELECT count(*) FROM docket_deadline WHERE notice = $1", open.ID); n != 2 {
			t.Errorf("%d computations of the open term, want a second one", n)
		}
		if n := r.count(t, "SELECT count(*) FROM docket_deadline WHERE notice = $1", met.ID); n != 1 {
			t.Errorf("%d computations of the met term, want one", n)
		}
	})
}

// The deadlines are compared when the calendar has changed, once more after the
// transactions of that time are over, and then no more. A run that fails does
// not count.
func TestRecomputeRunsWhenTheCalendarChanges(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده\u200cپور")
		c := r.open(t, debt("f1", p, d))
		r.serve(t, c, Defendant, "cpc-336", "k1")
		r.drain(t)
		spoil := func(computation string) { // as if written with another calendar
			t.Helper()
			err := r.db.Write(t.Context(), func(tx *store.Tx) error {
				if computation != "" {
					if err := tx.Exec(t.Context(), "UPDATE docket_deadline SET computation = $1", computation); err != nil {
						return err
					}
				}
				return tx.Exec(t.Context(), "UPDATE docket_deadline SET compared_with = 'old'")
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		run := func(when string, compared bool) {
			t.Helper()
			if err := r.Recompute(t.Context()); err != nil {
				t.Fatal(err)
			}
			if left := r.count(t, "SELECT count(*) FROM docket_deadline WHERE compared_with = 'old'"); (left == 0) != compared {
				t.Errorf("%s: compared %v, want %v", when, left == 0, compared)
			}
		}
		right := must(store.One[string](t.Context(), r.db, "SELECT computation FROM docket_deadline"))(t)
		r.publish(t, "2025-07-01") // touches no term
		spoil("{")
		if err := r.Recompute(t.Context()); err == nil {
			t.Fatal("an unreadable computation was compared")
		}
		spoil(right)
		run("after a run that failed", true)
		spoil("")
		run("at once", false)
		r.clk.Advance(settleTime)
		run("after the transactions of that time", true)
		spoil("")
		r.clk.Advance(24 * time.Hour)
		run("the calendar is the same", false)
		r.publish(t, "2025-07-02")
		run("the calendar has changed", true)
	})
}

// Many deadlines with one last day are gone through page by page, each once.
func TestRecomputePagesInTheOrderOfTheIndex(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده\u200cپور")
		c := r.open(t, debt("f1", p, d))
		r.serve(t, c, Defendant, "cpc-336", "k1")
		r.drain(t)
		// The same deadline in other cases, whose order is against that of the ids.
		const fill = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
			INSERT INTO docket_deadline (case_id, id, notice, seq, person, side, title_fa, title_en, rule, reason, reading, runs_from_us,
				safe_day, last_day, computation, compared_with, evidence, made_us)
			SELECT 'c' || (100000 + i), 'd' || (900000 - i), 'n', 1, d.person, d.side, d.title_fa, d.title_en, d.rule, d.reason, d.reading, d.runs_from_us,
				d.safe_day, d.last_day, d.computation, 'old', d.evidence, d.made_us FROM docket_deadline d, n`
		err := r.db.Write(t.Context(), func(tx *store.Tx) error { return tx.Exec(t.Context(), fill, 2*recomputeBatch+1) })
		if err != nil {
			t.Fatal(err)
		}
		r.publish(t, "2025-07-01") // touches none: they are only compared
		if err := r.Recompute(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := r.count(t, "SELECT count(*) FROM docket_deadline WHERE compared_with = 'old'"); n != 0 {
			t.Errorf("%d deadlines were left out", n)
		}
	})
}
