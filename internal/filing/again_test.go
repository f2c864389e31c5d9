// SPDX-License-Identifier: Apache-2.0

package filing_test

import (
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

const day = 24 * time.Hour

// defectNotices are the ids of the defect notices of a case that went to an account.
func defectNotices(t *testing.T, e *apptest.Env, f filing.Filing, account string) (out []string) {
	t.Helper()
	list, err := e.App.Docket.NoticesOf(t.Context(), e.Actor(apptest.Defendant), f.Case)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range list {
		if n.Kind == notice.KindDefect && n.Owner == account {
			out = append(out, n.ID)
		}
	}
	return out
}

// TestServedAgain: the lawyer on whom a defect notice was served is dismissed within
// its term. The notice is served on the party, the term runs from there, once in a
// round; the earlier one is in nobody's list, and does not reject the filing.
func TestServedAgain(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		ctx, s := t.Context(), e.App.Filing
		f := haltedOf(t, e, apptest.Lawyer)
		party, lawyer := e.Actor(apptest.Defendant), e.Actor(apptest.Lawyer)
		first := toMend(t, e, party)
		if len(first) != 1 || len(toMend(t, e, lawyer)) != 1 {
			t.Fatalf("the term is not in both lists: %+v", first)
		}
		e.Clock.Advance(4 * day)
		endLawyer(t, e, apptest.Lawyer, f)
		if due := toMend(t, e, party); len(due) != 1 || due[0].Last != first[0].Last {
			t.Errorf("the party does not see the term that runs: %+v", due)
		}
		e.Drain()
		e.Drain()
		mine := defectNotices(t, e, f, party.Person)
		if len(mine) != 1 || len(defectNotices(t, e, f, lawyer.Person)) != 1 {
			t.Fatalf("%d notices to the party", len(mine))
		}
		due := toMend(t, e, party)
		if len(due) != 1 || due[0].Notice != mine[0] || due[0].Last < first[0].Last+4 {
			t.Fatalf("the term of the party is %+v, it was %+v", due, first)
		}
		if left := toMend(t, e, lawyer); len(left) != 0 {
			t.Errorf("the lawyer has a term: %+v", left)
		}
		if _, err := e.App.Notice.Get(ctx, lawyer, mine[0]); !errs.Is(err, errs.NotFound) {
			t.Errorf("the lawyer reads the new notice: %v", err)
		}
		old, _, _, err := e.App.Docket.Deadline(ctx, party, f.Case, first[0].Deadline)
		if err != nil || old.Stands() {
			t.Errorf("the earlier term runs on: %v", err)
		}
		// A second lawyer comes and goes: the party knows, and has no third term.
		e.RecordLawyer(apptest.Clerk, apptest.Stranger, apptest.Defendant, f.Case)
		endLawyer(t, e, apptest.Stranger, f)
		e.Drain()
		if again := toMend(t, e, party); len(again) != 1 || again[0].Last != due[0].Last {
			t.Errorf("after the second lawyer: %+v", again)
		}
		e.Clock.Advance(time.Duration(first[0].Last-civil.Of(e.Clock.Now())+1) * day)
		if _, err := s.Reject(ctx, e.Actor(apptest.Clerk), f.ID); !errs.Is(err, errs.Conflict) {
			t.Errorf("rejected by the term that counts no more: %v", err)
		}
		got, err := s.TakeOver(ctx, party, f.Case, f.ID)
		if err != nil {
			t.Fatal(err)
		}
		if done, err := mends(t, e, apptest.Defendant, got, false); err != nil || done.Status != filing.Submitted {
			t.Fatalf("%s: %v", done.Status, err)
		}
		if left := toMend(t, e, party); len(left) != 0 {
			t.Errorf("what was mended is to be mended: %+v", left)
		}
	})
}

// TestServedAgainOnTheNext: where another lawyer is on record the notice goes to him,
// and the party sees the term; what was over before the lawyer left begins no new
// term, and can be mended late.
func TestServedAgainOnTheNext(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		ctx := t.Context()
		f := haltedOf(t, e, apptest.Lawyer)
		e.RecordLawyer(apptest.Clerk, apptest.Stranger, apptest.Defendant, f.Case)
		endLawyer(t, e, apptest.Lawyer, f)
		e.Drain()
		e.Drain()
		next := e.Actor(apptest.Stranger)
		next.Role = policy.Lawyer
		if theirs := defectNotices(t, e, f, next.Person); len(theirs) != 1 || len(toMend(t, e, next)) != 1 {
			t.Errorf("%d notices to the next lawyer, who has the terms %+v", len(theirs), toMend(t, e, next))
		}
		due := toMend(t, e, e.Actor(apptest.Defendant))
		if len(due) != 1 {
			t.Fatalf("the party has %+v", due)
		}
		e.Clock.Advance(time.Duration(due[0].Last-civil.Of(e.Clock.Now())+1) * day)
		endLawyer(t, e, apptest.Stranger, f)
		e.Drain()
		if mine := defectNotices(t, e, f, e.Person(apptest.Defendant).ID); len(mine) != 0 {
			t.Errorf("a term that was over begins anew: %v", mine)
		}
		if _, err := e.App.Filing.TakeOver(ctx, e.Actor(apptest.Defendant), f.Case, f.ID); err != nil {
			t.Errorf("it cannot be mended late: %v", err)
		}
	})
}
