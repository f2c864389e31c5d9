// SPDX-License-Identifier: Apache-2.0

package docket_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/app/apptest"
)

// A defendant is not warned of a suit: before service the case is nowhere on
// his pages, not even in the list of who looked at his data.
func TestNobodyIsWarnedBeforeService(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	e.Person(apptest.Defendant)
	f := e.File(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
	e.Refer(apptest.Judge, f.Case)
	e.As(apptest.Clerk).Get("/court/filings/" + f.ID).Want(http.StatusOK)
	e.As(apptest.Clerk).Get("/cases/" + f.Case).Want(http.StatusOK)
	him := e.As(apptest.Defendant)
	him.Get("/cases/" + f.Case).Want(http.StatusNotFound)
	him.Get("/cases/" + f.Case + "/brief").Want(http.StatusNotFound)
	for _, path := range []string{"/home", "/cases", "/inbox", "/account"} {
		page := him.Get(path).Want(http.StatusOK)
		for _, hint := range []string{f.Case, f.CaseNumber, f.Tracking, "A case you are a party of", "Work of the court"} {
			if strings.Contains(page.Body, hint) {
				t.Errorf("%s shows %q before service", path, hint)
			}
		}
	}
	e.Serve(apptest.Clerk, f, apptest.Defendant)
	if page := him.Get("/account").Want(http.StatusOK); !strings.Contains(page.Body, "A case you are a party of") {
		t.Error("after service he is not shown who looked at his data")
	}
	him.Get("/cases/" + f.Case).Want(http.StatusOK)
}

// The registry calls to a hearing: form, preview, sending; the parties see it.
func TestHearingPages(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		e.Person(apptest.Defendant)
		f := e.File(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
		e.Refer(apptest.Judge, f.Case)
		e.Serve(apptest.Clerk, f, apptest.Defendant)
		post := "/cases/" + f.Case + "/notices"
		clerk := e.As(apptest.Clerk)
		choose := clerk.Get(clerk.Get("/cases/" + f.Case).Want(http.StatusOK).Link(post + "/new")).Want(http.StatusOK)
		form := clerk.Get(choose.Link(post + "/new?kind=hearing")).Want(http.StatusOK)
		wrong := form.Submit(post, "then", "preview").Want(http.StatusUnprocessableEntity)
		if len(wrong.All("[role=alert]")) == 0 || !strings.Contains(wrong.Text(), "Write the time like 09:30.") {
			t.Errorf("what is wrong: %s", wrong.Text())
		}
		preview := form.Submit(post, "then", "preview", "hearing.day", "۳", "hearing.month", "3", "hearing.year", "1404", "time", "۹:۳۰").Want(http.StatusOK)
		for _, want := range []string{"Before you send it", "Into his or her account", "Saturday 24 May 2025", "at 09:30", "Come to this hearing"} {
			if !strings.Contains(preview.Text(), want) {
				t.Errorf("the preview lacks %q: %s", want, preview.Text())
			}
		}
		back := preview.Submit(post, "then", "change").Want(http.StatusOK)
		if fields, _ := back.Form(post); fields.Get("time") != "۹:۳۰" || len(fields["party"]) != 2 {
			t.Errorf("what was typed is lost: %v", fields)
		}
		done := preview.Submit(post, "then", "send").Want(http.StatusOK)
		if done.Path != "/cases/"+f.Case || !strings.Contains(done.Text(), "The notice was sent.") {
			t.Fatalf("%s: %s", done.Path, done.Text())
		}
		preview.Submit(post, "then", "send").Want(http.StatusOK) // a double click
		e.Drain()
		for _, who := range []apptest.Who{apptest.Plaintiff, apptest.Defendant} {
			page := e.As(who).Get("/cases/" + f.Case).Want(http.StatusOK)
			if n := strings.Count(page.Text(), "A hearing was set"); n != 1 {
				t.Errorf("%s sees %d hearings: %s", who, n, page.Text())
			}
			ics := e.As(who).Get(page.Link("/cases/" + f.Case + "/hearings/")).Want(http.StatusOK)
			if !strings.Contains(ics.Body, "DTSTART:20250524T060000Z") {
				t.Errorf("calendar file: %s", ics.Body)
			}
			box := e.As(who).Get("/inbox").Want(http.StatusOK)
			if n := strings.Count(box.Text(), "Notice of hearing"); n != 1 {
				t.Errorf("%s has %d notices: %s", who, n, box.Text())
			}
		}
		e.As(apptest.OtherClerk).Get(post + "/new").Want(http.StatusNotFound)
		judge := e.As(apptest.Judge)
		judge.Get(post+"/new?kind=judgment").Want(http.StatusOK).Submit(post, "then", "preview", "text", "خوانده محکوم است.").
			Want(http.StatusOK).Submit(post, "then", "send").Want(http.StatusOK)
		e.Drain()
		due, err := e.App.Docket.OpenDeadlines(t.Context(), e.Actor(apptest.Defendant))
		if err != nil || len(due) != 2 {
			t.Errorf("the judgment starts %+v %v", due, err)
		}
	})
}

// A lawyer on record: notices go to him and say for whom, both sides of the
// mandate see the terms, and the party ends it after being asked.
func TestLawyerPages(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		e.Person(apptest.Defendant)
		f := e.File(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
		e.Refer(apptest.Judge, f.Case)
		e.Serve(apptest.Clerk, f, apptest.Defendant)
		caseURL, client := "/cases/"+f.Case, e.Person(apptest.Defendant).Name()
		him, lawyer := e.As(apptest.Defendant), e.As(apptest.Lawyer)
		lawyer.Get(caseURL).Want(http.StatusNotFound)
		e.RecordLawyer(apptest.Clerk, apptest.Lawyer, apptest.Defendant, f.Case)
		if page := lawyer.Get("/cases").Want(http.StatusOK); !strings.Contains(page.Text(), "You are the defendant’s lawyer") || !strings.Contains(page.Text(), "What you have to do") {
			t.Errorf("the lawyer's list: %s", page.Text())
		}
		judge := e.As(apptest.Judge)
		judge.Get(caseURL+"/notices/new?kind=judgment").Want(http.StatusOK).Submit(caseURL+"/notices", "then", "preview", "text", "خوانده محکوم است.").
			Want(http.StatusOK).Submit(caseURL+"/notices", "then", "send").Want(http.StatusOK)
		e.Drain()
		notice := lawyer.Get("/inbox").Want(http.StatusOK).Link("/inbox/")
		before := lawyer.Get(notice).Want(http.StatusOK)
		for _, want := range []string{"You receive this as lawyer of " + client, "It holds the judgment of the court", "In law this notice has been served on you since Saturday"} {
			if !strings.Contains(before.Text(), want) {
				t.Errorf("before opening, the page lacks %q: %s", want, before.Text())
			}
		}
		paper := before.Submit(notice + "/open").Want(http.StatusOK)
		if !strings.Contains(paper.Text(), "lawyer of "+client) || !strings.Contains(paper.Text(), "Safe date") {
			t.Errorf("the paper: %s", paper.Text())
		}
		if box := him.Get("/inbox").Want(http.StatusOK); strings.Contains(box.Text(), "Judgment") {
			t.Error("the judgment went to the party as well")
		}
		page := him.Get(caseURL).Want(http.StatusOK)
		for _, want := range []string{"A notice for " + client + " was sent to the lawyer", "Your notices go to your lawyer", "Appeal in a civil case"} {
			if !strings.Contains(page.Body, want) {
				t.Errorf("the party's case lacks %q: %s", want, page.Text())
			}
		}
		ask := him.Get(page.Link(caseURL + "/lawyers/")).Want(http.StatusOK)
		done := ask.Submit(ask.Path + "/end").Want(http.StatusOK)
		if done.Path != caseURL || !strings.Contains(done.Text(), "From now on notices come to you.") {
			t.Errorf("%s: %s", done.Path, done.Text())
		}
		if twice := ask.Submit(ask.Path + "/end").Want(http.StatusOK); !strings.Contains(twice.Text(), "has ended already") {
			t.Errorf("twice: %s", twice.Text())
		}
		lawyer.Get(caseURL).Want(http.StatusNotFound)
		if again := lawyer.Get(notice + "/paper").Want(http.StatusOK); strings.Contains(again.Text(), "Safe date") {
			t.Error("he is still shown the term")
		}
		if box := lawyer.Get("/inbox").Want(http.StatusOK); !strings.Contains(box.Text(), "You no longer represent a party") {
			t.Errorf("he is not told: %s", box.Text())
		}
	})
}
