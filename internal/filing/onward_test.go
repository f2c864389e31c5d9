// SPDX-License-Identifier: Apache-2.0

package filing_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// above is the court of appeal of Tehran.
const above = "23501"

// staffAbove is somebody of the court of appeal.
func staffAbove(e *apptest.Env, role policy.Role) policy.Actor {
	a := policy.Actor{Person: e.Person(apptest.OtherClerk).ID, Role: policy.Clerk, Unit: above, Name: "clerk above", Assurance: 3}
	if role == policy.Judge {
		a = policy.Actor{Person: e.Person(apptest.OtherJudge).ID, Role: policy.Judge, Unit: above, Branch: "1", Name: "judge above", Assurance: 3}
	}
	return a
}

// fileOn files a title with answers on a case, about a notice.
func fileOn(t *testing.T, e *apptest.Env, who apptest.Who, service, caseID, about string, answers catalogue.Answers) filing.Filing {
	t.Helper()
	ctx, me := t.Context(), e.Actor(who)
	f, err := e.App.Filing.Start(ctx, me, filing.NewFiling{Service: service, Act: id.New(), Lang: i18n.FA, Case: caseID, Notice: about})
	if err != nil {
		t.Fatal(err)
	}
	def, err := e.App.Catalogue.Version(ctx, f.Service, f.Version)
	if err != nil {
		t.Fatal(err)
	}
	for _, pg := range def.Pages {
		if wrong, err := e.App.Filing.Save(ctx, me, f.ID, pg.Key, answers); err != nil || len(wrong) > 0 {
			t.Fatalf("%s: %v, %v", pg.Key, wrong, err)
		}
	}
	e.Pay(who, f.ID)
	e.Sign(who, f.ID)
	return get(t, e, who, f.ID)
}

// appealed is a case that was decided for Plaintiff, and Defendant's appeal so
// many days after the judgment arrived.
func appealed(t *testing.T, e *apptest.Env, after int) filing.Filing {
	t.Helper()
	return appealedBy(t, e, apptest.Defendant, after)
}

// appealedBy is appealed, by the defendant or a lawyer who is on record for him.
func appealedBy(t *testing.T, e *apptest.Env, who apptest.Who, after int) filing.Filing {
	t.Helper()
	ctx := t.Context()
	f := e.File(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
	e.Refer(apptest.Judge, f.Case)
	e.Serve(apptest.Clerk, f, apptest.Defendant)
	if who != apptest.Defendant {
		e.RecordLawyer(apptest.Clerk, who, apptest.Defendant, f.Case)
	}
	c, err := e.App.Docket.CaseFor(ctx, e.App.DB, f.Case)
	if err != nil {
		t.Fatal(err)
	}
	o := docket.NoticeOrder{Case: c.ID, Act: id.New(), Kind: notice.KindJudgment, Rule: "cpc-336", Text: docket.Text{FA: "خوانده محکوم است.", EN: "The defendant shall pay."}}
	for _, p := range c.Parties {
		o.Parties = append(o.Parties, p.ID)
	}
	judge := e.Actor(apptest.Judge)
	judge.Branch = c.Branch
	if _, err := e.App.Docket.IssueNotices(ctx, judge, o); err != nil {
		t.Fatal(err)
	}
	e.Drain()
	e.Clock.Advance(time.Duration(after) * 24 * time.Hour)
	for _, w := range []apptest.Who{apptest.Plaintiff, apptest.Defendant, who, apptest.Clerk, apptest.Judge, apptest.OtherClerk} {
		e.Again(w)
	}
	list, err := e.App.Docket.NoticesOf(ctx, e.Actor(who), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	return fileOn(t, e, who, "appeal-civil", c.ID, list[len(list)-1].ID, appealAnswers())
}

// appealAnswers are those of an appeal against a whole judgment.
func appealAnswers() catalogue.Answers {
	return catalogue.Answers{
		"judgment_number": "140423390000123456", "judgment_date": "2025-04-01", "served_date": "2025-04-01", "opponent_name": "خواهان پرونده",
		"scope": "whole", "about_money": false, "bar": "none", "ground_documents": false, "ground_witnesses": false, "ground_reasons": true,
		"ground_competence": false, "ground_law": false, "request": "reject",
		"narrative": "دادگاه به سه رسید بانکی که در جلسه نشان دادم توجه نکرده است و در دادنامه حرفی از آن نیست.",
	}
}

// TestSendOn: an appeal is served first; after the other side's answer the
// registry sends the file to the province's court of appeal, which finds the
// appeal on its desk with all that was filed, hears it and decides.
func TestSendOn(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		ctx, clerk := t.Context(), e.Actor(apptest.Clerk)
		f := appealed(t, e, 5)
		send := func(a policy.Actor) error { _, err := e.App.Filing.SendOn(ctx, a, f.ID); return err }
		if err := send(clerk); !errs.Is(err, errs.Conflict) {
			t.Errorf("sent before it was served: %v", err)
		}
		if _, err := e.App.Filing.ServeClaim(ctx, clerk, f.ID, 0); err != nil {
			t.Fatal(err)
		}
		if err := send(clerk); !errs.Is(err, errs.Conflict) || !strings.Contains(err.Error(), "reply_runs") {
			t.Fatalf("sent before the term of the answer was computed: %v", err)
		}
		e.Drain()
		if err := send(clerk); !errs.Is(err, errs.Conflict) || !strings.Contains(err.Error(), "reply_runs") {
			t.Errorf("sent while the answer is awaited: %v", err)
		}
		if page := e.As(apptest.Clerk).In("en").Get("/court?show=onward").Want(http.StatusOK); page.Link("/court/filings/"+f.ID) == "" {
			t.Errorf("not among those to be sent:\n%s", page.Text())
		}
		if page := e.As(apptest.Clerk).Get("/court/filings/" + f.ID).Want(http.StatusOK); !strings.Contains(page.Text(), "In time") || !strings.Contains(page.Text(), "may still answer") {
			t.Errorf("the clerk reads:\n%s", page.Text())
		}
		list, err := e.App.Docket.NoticesOf(ctx, e.Actor(apptest.Plaintiff), f.Case)
		if err != nil || list[len(list)-1].Kind != notice.KindAppeal {
			t.Fatalf("%v, %v", list, err)
		}
		answer := e.Answer(apptest.Plaintiff, f.Case, list[len(list)-1].ID)
		for name, a := range map[string]policy.Actor{
			"a judge, in time": e.Actor(apptest.Judge), "another unit": e.Actor(apptest.OtherClerk), "the court of appeal": staffAbove(e, policy.Clerk), "the appellant": e.Actor(apptest.Defendant),
		} {
			if err := send(a); !errs.Is(err, errs.Forbidden) && !errs.Is(err, errs.NotFound) {
				t.Errorf("%s sends: %v", name, err)
			}
		}
		race(t, "send and send", func(context.Context) error { return send(clerk) }, func(context.Context) error { return send(clerk) })
		if err := send(clerk); !errs.Is(err, errs.Conflict) || !strings.Contains(err.Error(), "done_already") {
			t.Errorf("sent again: %v", err)
		}
		if n := count(t, e, `SELECT count(*) FROM docket_case WHERE unit = $1`, above); n != 1 {
			t.Fatalf("%d cases at the court of appeal", n)
		}
		e.Drain()
		if page := e.As(apptest.Clerk).Get("/cases/" + f.Case).Want(http.StatusOK); !strings.Contains(page.Text(), "Court of Appeal of Tehran") {
			t.Errorf("the first case:\n%s", page.Text())
		}

		theirs, head := staffAbove(e, policy.Clerk), staffAbove(e, policy.Judge)
		desk, err := e.App.Filing.Desk(ctx, theirs, filing.DeskFilter{})
		if err != nil || len(desk.Items) != 1 || desk.Items[0].Filing != f.ID || !docket.ValidNumber(desk.Items[0].CaseNumber) || desk.Items[0].CaseNumber == f.CaseNumber {
			t.Fatalf("their desk: %+v, %v", desk, err)
		}
		past, err := e.App.Filing.Desk(ctx, theirs, filing.DeskFilter{State: "done"})
		if err != nil || len(past.Items) != 2 { // the petition and the answer
			t.Errorf("the rest of the file: %+v, %v", past, err)
		}
		for _, it := range past.Items {
			if it.Act == filing.ActServe && !it.At.Before(desk.Items[0].Arrived) {
				t.Errorf("served at %s, when the file was sent", it.At)
			}
			if item, _, _, err := e.App.Filing.Received(ctx, theirs, it.Filing); err != nil || item.Case != f.Case {
				t.Errorf("they read %s: %v", it.Filing, err)
			}
			if err := e.App.Filing.Seen(ctx, theirs, it.Filing); !errs.Is(err, errs.Conflict) {
				t.Errorf("they act on it: %v", err)
			}
		}
		if !slices.ContainsFunc(past.Items, func(it filing.DeskItem) bool { return it.Filing == answer.ID }) {
			t.Error("the answer to the appeal did not come with the file")
		}
		if _, err := e.App.Filing.Halt(ctx, theirs, f.ID, []filing.Defect{{Field: "fee", Code: "fee_missing"}}); !errs.Is(err, errs.Conflict) {
			t.Errorf("halted above: %v", err)
		}
		if err := e.App.Filing.Seen(ctx, theirs, f.ID); !errs.Is(err, errs.Conflict) || !strings.Contains(err.Error(), "branch_waits") {
			t.Errorf("before the branch: %v", err)
		}
		there, err := e.App.Docket.Case(ctx, head, desk.Items[0].Case)
		if err != nil || there.Kind != docket.AppealCase {
			t.Fatalf("%+v, %v", there, err)
		}
		if err := e.App.Docket.ConfirmBranch(ctx, head, there.ID, "1", there.Version); err != nil {
			t.Fatal(err)
		}
		if err := e.App.Filing.Seen(ctx, theirs, f.ID); err != nil {
			t.Error(err)
		}
		page := e.As(apptest.Defendant).Get("/cases/" + there.ID).Want(http.StatusOK)
		if !strings.Contains(page.Body, "Appellant") || page.Link("/cases/"+f.Case) == "" {
			t.Errorf("the appellant reads:\n%s", page.Text())
		}
		if brief := e.As(apptest.Defendant).Get("/cases/" + there.ID + "/brief").Want(http.StatusOK); len(brief.All("[value=brief-defence]")) == 0 || len(brief.All("[value=appeal-civil]")) > 0 {
			t.Errorf("on the appeal is offered:\n%s", brief.Text())
		}
		if _, _, err := e.App.Filing.Shared(ctx, e.Actor(apptest.Plaintiff), there.ID, f.ID); err != nil {
			t.Errorf("the respondent does not read the appeal: %v", err)
		}
	})
}

// unanswered is an appeal that was served, and the term of its answer is over.
func unanswered(t *testing.T, e *apptest.Env, after int) filing.Filing {
	t.Helper()
	f := appealed(t, e, after)
	if _, err := e.App.Filing.ServeClaim(t.Context(), e.Actor(apptest.Clerk), f.ID, 0); err != nil {
		t.Fatal(err)
	}
	e.Drain()
	e.Clock.Advance(20 * 24 * time.Hour)
	e.Again(apptest.Clerk)
	e.Again(apptest.Judge)
	return f
}

// TestSendOnWithoutAnswer: when the term is over, the file goes without one.
func TestSendOnWithoutAnswer(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	f := unanswered(t, e, 5)
	page := e.As(apptest.Clerk).Get("/court/filings/" + f.ID).Want(http.StatusOK).Submit("/court/filings/" + f.ID + "/send")
	if page.Status != http.StatusOK || !strings.Contains(page.Text(), "The file was sent to the court of appeal") {
		t.Errorf("%d:\n%s", page.Status, page.Text())
	}
	e.API(apptest.Clerk).Post("/court/filings/"+f.ID+"/send", nil).Want(http.StatusConflict)
}

// TestSendOnLate: what came late is sent by a judge, who accepts the excuse.
func TestSendOnLate(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	f := unanswered(t, e, 40)
	if _, err := e.App.Filing.SendOn(t.Context(), e.Actor(apptest.Clerk), f.ID); !errs.Is(err, errs.Forbidden) {
		t.Errorf("the clerk sends what came late: %v", err)
	}
	page := e.As(apptest.Clerk).Get("/court/filings/" + f.ID).Want(http.StatusOK)
	if _, form := page.Form("/court/filings/" + f.ID + "/send"); form || !strings.Contains(page.Text(), "Out of time") || !strings.Contains(page.Text(), "after its term") {
		t.Errorf("the clerk reads:\n%s", page.Text())
	}
	there := e.API(apptest.Judge).Post("/court/filings/"+f.ID+"/send", nil).Want(http.StatusOK)
	if !docket.ValidNumber(there.Text("number")) || there.Text("unit") != above {
		t.Errorf("%s at %s", there.Text("number"), there.Text("unit"))
	}
}

// TestSendOnBoth: each side appeals, and both appeals come to the court of
// appeal, also the one that came before with the file of the other.
func TestSendOnBoth(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		ctx, clerk := t.Context(), e.Actor(apptest.Clerk)
		first := appealed(t, e, 5)
		list, err := e.App.Docket.NoticesOf(ctx, e.Actor(apptest.Plaintiff), first.Case)
		if err != nil {
			t.Fatal(err)
		}
		second := fileOn(t, e, apptest.Plaintiff, "appeal-civil", first.Case, list[len(list)-1].ID, appealAnswers())
		for _, f := range []filing.Filing{first, second} {
			if _, err := e.App.Filing.ServeClaim(ctx, clerk, f.ID, 0); err != nil {
				t.Fatal(err)
			}
		}
		e.Drain()
		e.Clock.Advance(20 * 24 * time.Hour)
		e.Again(apptest.Clerk)
		for _, f := range []filing.Filing{first, second} {
			if _, err := e.App.Filing.SendOn(ctx, clerk, f.ID); err != nil {
				t.Errorf("%s", err)
			}
		}
		desk, err := e.App.Filing.Desk(ctx, staffAbove(e, "clerk"), filing.DeskFilter{})
		if err != nil || len(desk.Items) != 2 || desk.Items[0].Case == desk.Items[1].Case {
			t.Errorf("their desk: %+v, %v", desk.Items, err)
		}
	})
}

// TestSendOnPaper: who was served on paper has a term that nobody knows here,
// and the clerk reads so before he sends the file.
func TestSendOnPaper(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		f := appealed(t, e, 5)
		if _, err := e.App.Filing.ServeClaim(t.Context(), e.Actor(apptest.Clerk), f.ID, 0); err != nil {
			t.Fatal(err)
		}
		read := func() string {
			return e.As(apptest.Clerk).In("en").Get("/court/filings/" + f.ID).Want(http.StatusOK).Text()
		}
		if strings.Contains(read(), "Served on paper") {
			t.Error("an electronic service is called one on paper")
		}
		err := e.App.DB.Write(t.Context(), func(tx *store.Tx) error {
			return tx.Exec(t.Context(), `UPDATE notice_notice SET way = $1, arrived_us = 0 WHERE kind = $2`, notice.WayPaper, notice.KindAppeal)
		})
		if err != nil {
			t.Fatal(err)
		}
		if page := read(); !strings.Contains(page, "Served on paper") {
			t.Errorf("the clerk reads:\n%s", page)
		}
	})
}
