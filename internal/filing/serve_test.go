// SPDX-License-Identifier: Apache-2.0

package filing_test

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// TestServeOnce: the branch comes first, only the unit's clerk serves, and of
// many clerks one wins while the others are told.
func TestServeOnce(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		ctx := t.Context()
		f := e.File(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
		clerk := e.Actor(apptest.Clerk)
		if _, err := e.App.Filing.ServeClaim(ctx, clerk, f.ID, 15); !errs.Is(err, errs.Conflict) || !strings.Contains(err.Error(), "branch_first") {
			t.Errorf("before the branch: %v", err)
		}
		e.Refer(apptest.Judge, f.Case)
		if _, err := e.App.Filing.ServeClaim(ctx, e.Actor(apptest.OtherClerk), f.ID, 15); !errs.Is(err, errs.NotFound) {
			t.Errorf("a clerk of another court: %v, want not found", err)
		}
		if _, err := e.App.Filing.ServeClaim(ctx, e.Actor(apptest.Judge), f.ID, 15); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a judge: %v, want forbidden", err)
		}
		for _, days := range []int{4, 61, -1} {
			if _, err := e.App.Filing.ServeClaim(ctx, clerk, f.ID, days); !errs.Is(err, errs.Invalid) {
				t.Errorf("a term of %d days: %v, want invalid", days, err)
			}
		}
		var wg sync.WaitGroup
		var won, lost atomic.Int64
		for range 6 {
			wg.Go(func() {
				issued, err := e.App.Filing.ServeClaim(ctx, clerk, f.ID, 15)
				switch {
				case err == nil && len(issued) == 1 && issued[0].Electronic:
					won.Add(1)
				case errs.Is(err, errs.Conflict) && strings.Contains(err.Error(), "done_already"):
					lost.Add(1)
				default:
					t.Errorf("issued %v, %v", issued, err)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 || lost.Load() != 5 {
			t.Errorf("%d won and %d lost, want 1 and 5", won.Load(), lost.Load())
		}
		if n := count(t, e, `SELECT count(*) FROM notice_notice WHERE owner = $1`, e.Person(apptest.Defendant).ID); n != 1 {
			t.Errorf("%d notices, want 1", n)
		}
	})
}

// TestBriefAnswersTheNotice: only a party files a brief; it reaches the desk,
// both sides see it in the timeline, and the deadline is met.
func TestBriefAnswersTheNotice(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		ctx := t.Context()
		f := e.File(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
		e.Refer(apptest.Judge, f.Case)
		notice := e.Serve(apptest.Clerk, f, apptest.Defendant)
		e.Open(apptest.Defendant, notice)
		defendant := e.Actor(apptest.Defendant)
		due, err := e.App.Docket.OpenDeadlines(ctx, defendant)
		if err != nil || len(due) != 1 || due[0].Safe > due[0].Last {
			t.Fatalf("deadlines %v, %v; want one", due, err)
		}
		if p := e.As(apptest.Stranger).PostForm("/filings", "service", "brief-defence", "act", "x", "case", f.Case, "notice", notice); p.Status != 404 {
			t.Errorf("a stranger's brief: %d, want 404", p.Status)
		}
		e.Answer(apptest.Defendant, f.Case, notice)
		if due, err = e.App.Docket.OpenDeadlines(ctx, defendant); err != nil || len(due) != 0 {
			t.Errorf("the brief left %v open, %v", due, err)
		}
		for _, who := range []apptest.Who{apptest.Plaintiff, apptest.Defendant} {
			if !strings.Contains(e.As(who).Get("/cases/"+f.Case).Text(), "filed a brief") {
				t.Errorf("the %s does not see the brief in the timeline", who)
			}
		}
		if !strings.Contains(e.As(apptest.Clerk).Get("/court").Text(), "Defence brief") {
			t.Error("the brief is not on the clerk's desk")
		}
		if strings.Contains(e.As(apptest.OtherClerk).Get("/court").Text(), f.CaseNumber) {
			t.Error("another court sees the case")
		}
	})
}

// TestLoserIsTold: who comes second with another act sees who did what, in his
// language, and the new state.
func TestLoserIsTold(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	f := e.File(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
	e.Refer(apptest.Judge, f.Case)
	clerk, path := e.As(apptest.Clerk), "/court/filings/"+f.ID
	stale := clerk.Get(path).Want(http.StatusOK)
	if _, err := e.App.Filing.ServeClaim(t.Context(), e.Actor(apptest.Clerk), f.ID, 15); err != nil {
		t.Fatal(err)
	}
	name := e.Person(apptest.Clerk).Name()
	for lang, words := range map[string]string{"en": "dealt with this before you: it was served", "fa": "پیش از شما به این مورد رسیدگی کرده است: ابلاغ شد"} {
		clerk.In(lang)
		page := stale.Submit(path+"/serve", "days", "15").Want(http.StatusUnprocessableEntity)
		if text := page.Text(); !strings.Contains(text, name) || !strings.Contains(text, words) {
			t.Errorf("%s: the loser reads %s", lang, text)
		}
		if _, again := page.Form(path + "/serve"); again {
			t.Errorf("%s: what is done is offered again", lang)
		}
	}
	clerk.In("en")
	if done := clerk.Get("/court?show=done&kind=petition").Want(http.StatusOK).Text(); !strings.Contains(done, f.CaseNumber) || !strings.Contains(done, name) {
		t.Errorf("the list of what is done: %s", done)
	}
	for _, other := range []string{"/court", "/court?show=done&kind=brief"} {
		if text := clerk.Get(other).Want(http.StatusOK).Text(); strings.Contains(text, f.CaseNumber) {
			t.Errorf("%s shows what was served: %s", other, text)
		}
	}
}
