// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/contest"
	"github.com/tarazu/tarazu/internal/platform/civil"
)

// TestContestPages: from the page of a notice to the judge's decision and back to
// the term that has moved, in both languages.
func TestContestPages(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fa", "en"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			e := New(t, "sqlite")
			e.Person(Defendant)
			f := e.File(Plaintiff, Defendant, LargeClaim)
			e.Refer(Judge, f.Case)
			id := e.Serve(Clerk, f, Defendant)
			e.Open(Defendant, id)
			e.Clock.Advance(3 * 24 * time.Hour)

			me := e.Again(Defendant).In(lang)
			start := me.Get("/inbox/" + id + "/paper").Want(http.StatusOK).Link("/cases/" + f.Case + "/notices/" + id + "/contest")
			page := me.Get(start).Want(http.StatusOK)
			page = page.Submit(start, "reason", "not_me", "words", "short").Want(http.StatusUnprocessableEntity)
			if !strings.Contains(page.Text(), "short") { // nothing that was typed is lost
				t.Error("what was typed is gone")
			}
			edit := "/cases/" + f.Case + "/contests/"
			action := ""
			for _, n := range page.All("form") {
				if a := Attr(n, "action"); strings.HasPrefix(a, edit) {
					action = a
				}
			}
			page = page.Submit(action, "words", contestWords).Want(http.StatusOK)
			one := strings.TrimSuffix(action, "/edit")
			page = page.Submit(one + "/code").Want(http.StatusOK)
			page.Submit(one+"/sign", "code", "000000").Want(http.StatusUnprocessableEntity)
			page.Submit(one+"/sign", "code", e.Code(e.Person(Defendant).Mobile)).Want(http.StatusOK)
			e.Drain()

			// The other side learns that there is one, and not what it says.
			if text := e.Again(Plaintiff).In(lang).Get("/cases/" + f.Case).Want(http.StatusOK).Text(); strings.Contains(text, contestWords) {
				t.Error("the other side reads why")
			}
			e.As(Plaintiff).Get(one).Want(http.StatusNotFound)
			e.Again(BranchJudge).Get(one).Want(http.StatusNotFound) // of another branch

			judge := e.Again(Judge).In(lang)
			judge.Get("/court/contests").Want(http.StatusOK).Link(one)
			desk := judge.Get(one).Want(http.StatusOK)
			desk.Submit(one+"/decision", "decision", "moved").Want(http.StatusUnprocessableEntity)
			y, m, d := civil.Of(e.Clock.Now()).Add(-1).Jalali()
			desk.Submit(one+"/decision", "decision", "moved", "day.year", strconv.Itoa(y), "day.month", strconv.Itoa(m), "day.day", strconv.Itoa(d), "why", contestWords).Want(http.StatusOK)
			desk.Submit(one+"/decision", "decision", "upheld", "why", contestWords).Want(http.StatusUnprocessableEntity) // a stale tab
			e.Drain()

			if got := me.Get(one + "/order.pdf").Want(http.StatusOK); got.Header.Get("Content-Type") != "application/pdf" {
				t.Error("no order")
			}
			me.Get("/inbox/" + id + "/paper").Want(http.StatusOK)
			judge.Get("/court/contests?show=decided").Want(http.StatusOK).Link(one)
			judge.Get("/court/contests").Want(http.StatusOK)
		})
	}
}

// TestVoidNotice: what was set aside before it was opened asks for nothing and speaks
// of no term.
func TestVoidNotice(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	e.Person(Defendant)
	f := e.File(Plaintiff, Defendant, LargeClaim)
	e.Refer(Judge, f.Case)
	id := e.Serve(Clerk, f, Defendant)
	const term = "It starts a term"
	if text := e.As(Defendant).Get("/inbox/" + id).Want(http.StatusOK).Text(); !strings.Contains(text, term) {
		t.Fatalf("no term is spoken of: %s", text)
	}
	ctx, s, me := t.Context(), e.App.Contest, e.Actor(Defendant)
	k, err := s.Begin(ctx, me, f.Case, id)
	if err == nil {
		k, err = s.Save(ctx, me, f.Case, k.ID, contest.Said{Reason: "not_me", Words: contestWords, Version: k.Version})
	}
	if err == nil {
		err = s.SendCode(ctx, me, f.Case, k.ID)
	}
	code := e.Code(e.Person(Defendant).Mobile)
	if err == nil {
		k, _, err = s.Get(ctx, me, f.Case, k.ID)
	}
	if err == nil {
		k, err = s.Sign(ctx, me, f.Case, k.ID, k.Hash, code)
	}
	if err == nil {
		_, err = s.Decide(ctx, e.Actor(Judge), f.Case, k.ID, contest.Decision{State: contest.SetAside, Why: contestWords, Version: k.Version})
	}
	if err != nil {
		t.Fatal(err)
	}
	e.Drain()
	text := e.As(Defendant).Get("/inbox/" + id).Want(http.StatusOK).Text()
	if strings.Contains(text, term) || !strings.Contains(text, "no effect any more") {
		t.Errorf("what is set aside says: %s", text)
	}
}
