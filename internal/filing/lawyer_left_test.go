// SPDX-License-Identifier: Apache-2.0

package filing_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// TestAppealOfALawyerWhoLeft: the defendant's lawyer on record appeals in time,
// then the defendant dismisses him. The appeal is the defendant's all the same: the
// registry reads it, serves it on the other side and sends the file on. So it goes
// with appeals from before the party was kept.
func TestAppealOfALawyerWhoLeft(t *testing.T) {
	t.Parallel()
	for name, kept := range map[string]bool{"now": true, "before the party was kept": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			apptest.Each(t, func(t *testing.T, e *apptest.Env) { lawyerLeft(t, e, kept) })
		})
	}
}

func lawyerLeft(t *testing.T, e *apptest.Env, kept bool) {
	t.Helper()
	ctx := t.Context()
	f := e.File(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
	e.Refer(apptest.Judge, f.Case)
	e.Serve(apptest.Clerk, f, apptest.Defendant)
	e.RecordLawyer(apptest.Clerk, apptest.Lawyer, apptest.Defendant, f.Case)
	c, err := e.App.Docket.CaseFor(ctx, e.App.DB, f.Case)
	if err != nil {
		t.Fatal(err)
	}
	o := docket.NoticeOrder{Case: c.ID, Act: id.New(), Kind: notice.KindJudgment, Rule: "cpc-336", Text: docket.Text{FA: "خوانده محکوم است.", EN: "The defendant shall pay."}}
	var defendant string
	for _, p := range c.Parties {
		o.Parties = append(o.Parties, p.ID)
		if p.Side == docket.Defendant {
			defendant = p.ID
		}
	}
	judge := e.Actor(apptest.Judge)
	judge.Branch = c.Branch
	if _, err := e.App.Docket.IssueNotices(ctx, judge, o); err != nil {
		t.Fatal(err)
	}
	e.Drain()
	e.Clock.Advance(5 * 24 * time.Hour)
	for _, w := range []apptest.Who{apptest.Plaintiff, apptest.Defendant, apptest.Lawyer, apptest.Clerk, apptest.Judge} {
		e.Again(w)
	}
	list, err := e.App.Docket.NoticesOf(ctx, e.Actor(apptest.Lawyer), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	appeal := fileOn(t, e, apptest.Lawyer, "appeal-civil", c.ID, list[len(list)-1].ID, appealAnswers())
	if appeal.Party != defendant {
		t.Errorf("it is filed for %q, want the defendant", appeal.Party)
	}
	if !kept {
		if err := e.App.DB.WriteBlind(ctx, func(tx *store.Tx) error {
			return tx.Exec(ctx, `UPDATE filing_filing SET party = '' WHERE owner = $1 AND id = $2`, appeal.Owner, appeal.ID)
		}); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.App.Docket.EndLawyer(ctx, e.Actor(apptest.Defendant), c.ID, defendant, e.Person(apptest.Lawyer).ID); err != nil {
		t.Fatal(err)
	}
	e.Drain()
	clerk := e.Actor(apptest.Clerk)
	e.As(apptest.Clerk).Get("/court/filings/" + appeal.ID).Want(http.StatusOK)
	issued, err := e.App.Filing.ServeClaim(ctx, clerk, appeal.ID, 0)
	if err != nil || len(issued) != 1 {
		t.Fatalf("served %+v: %v", issued, err)
	}
	if _, err := e.App.Notice.Get(ctx, e.Actor(apptest.Plaintiff), issued[0].ID); err != nil {
		t.Errorf("it was not served on the plaintiff: %v", err)
	}
	e.Drain()
	e.Clock.Advance(20 * 24 * time.Hour)
	there, err := e.App.Filing.SendOn(ctx, clerk, appeal.ID)
	if err != nil {
		t.Fatalf("the file does not go on: %v", err)
	}
	if p, ok := there.PartyOf(e.Person(apptest.Defendant).ID); !ok || p.Side != docket.Plaintiff {
		t.Errorf("the appellant is %+v", p)
	}
}

// TestHaltOfALawyerWhoLeft: an appeal of a lawyer who was dismissed is halted like
// any other; its party is told.
func TestHaltOfALawyerWhoLeft(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		ctx := t.Context()
		f := appealed(t, e, 5)
		if f.Party == "" {
			t.Fatal("nobody knows for whom it was filed")
		}
		// As if the defendant's lawyer had filed it, who is on record no more.
		e.Person(apptest.Lawyer)
		if err := e.App.DB.WriteBlind(ctx, func(tx *store.Tx) error {
			return tx.Exec(ctx, `UPDATE docket_party SET person = '' WHERE case_id = $1 AND id = $2`, f.Case, f.Party)
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := e.App.Filing.Halt(ctx, e.Actor(apptest.Clerk), f.ID, []filing.Defect{{Field: "fee", Code: "fee_missing"}}); err != nil {
			t.Errorf("it cannot be halted: %v", err)
		}
	})
}
