// SPDX-License-Identifier: Apache-2.0

package mydata_test

import (
	"net/http"
	"strings"
	"testing"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/mydata"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// Everybody sees their own details, and who looked at them in which capacity and
// why; nobody sees those of somebody else.
func TestPages(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		p, other := e.Person(Plaintiff), e.Person(Defendant)
		err := e.App.Identity.RecordAccess(t.Context(), identity.Access{Subject: p.ID, By: e.Actor(Clerk), What: "identity.access.filing", Why: "identity.access.court_desk"})
		if err != nil {
			t.Fatal(err)
		}
		for _, lang := range []string{"fa", "en"} {
			c := e.As(Plaintiff).In(lang)
			index := c.Get(mydata.Path).Want(http.StatusOK)
			if index.Link(mydata.Path+"/parts/identity") == "" {
				t.Error("the account is not among the parts")
			}
			part := c.Get(mydata.Path + "/parts/identity").Want(http.StatusOK).Text()
			for _, want := range []string{p.NationalCode, p.JudicialID, p.FatherName} {
				if !strings.Contains(part, want) {
					t.Errorf("%s: %q is not there", lang, want)
				}
			}
			looks := c.Get(mydata.Path + "/looks").Want(http.StatusOK).Text()
			for _, text := range []string{part, looks, index.Text()} {
				if strings.Contains(text, "⟦") || strings.Contains(text, other.NationalCode) {
					t.Errorf("%s: words are missing, or somebody else is there: %s", lang, text)
				}
			}
			if !strings.Contains(looks, e.Actor(Clerk).Name) {
				t.Errorf("%s: who looked is not there", lang)
			}
		}
		e.As(Plaintiff).Get(mydata.Path + "/parts/nothing").Want(http.StatusNotFound)
	})
}

// What each module keeps is there; a notice that was not opened keeps its paper to
// itself, and a case that was not joined yet does not exist.
func TestModules(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		e.Person(Defendant)
		f := e.File(Plaintiff, Defendant, LargeClaim)
		set := func(who Who, module, name string) held.Set {
			t.Helper()
			part, err := e.App.MyData.Part(t.Context(), e.Actor(who), module)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range part.Sets {
				if s.Name == name {
					return s
				}
			}
			return held.Set{}
		}
		for _, name := range []string{"docket.held.cases", "docket.held.parties"} {
			if got := set(Plaintiff, "docket", name); len(got.Rows) != 1 || got.Rows[0][0] != f.CaseNumber {
				t.Errorf("%s of the plaintiff: %+v", name, got.Rows)
			}
			if got := set(Defendant, "docket", name); len(got.Rows) != 0 {
				t.Errorf("%s of the defendant before anything was served: %+v", name, got.Rows)
			}
		}
		e.Refer(Judge, f.Case)
		notice := e.Serve(Clerk, f, Defendant)
		if got := set(Defendant, "notice", "notice.held.notices"); len(got.Rows) != 1 {
			t.Errorf("the notice: %+v", got.Rows)
		}
		if got := set(Defendant, "notice", "notice.held.contents"); len(got.Rows) != 0 {
			t.Errorf("the paper of a notice that was not opened: %+v", got.Rows)
		}
		e.Open(Defendant, notice)
		if got := set(Defendant, "notice", "notice.held.contents"); len(got.Rows) != 1 {
			t.Errorf("the paper of an opened notice: %+v", got.Rows)
		}
		for _, module := range []string{"identity", "docket", "notice", "filing", "payment", "web", "ledger"} {
			who := Plaintiff
			if module == "notice" {
				who = Defendant
			}
			for _, lang := range []string{"fa", "en"} {
				text := e.As(who).In(lang).Get(mydata.Path + "/parts/" + module).Want(http.StatusOK).Text()
				if strings.Contains(text, "⟦") || len(text) < 100 {
					t.Errorf("%s in %s: %s", module, lang, text)
				}
			}
		}
	})
}

// Who acts for somebody else sees that person's data only with the right to it,
// and the look is recorded; without it the pages are his own.
func TestRepresented(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, s := t.Context(), e.App.MyData
		them, me := e.Person(Stranger), e.Person(Plaintiff)
		holds := func(a policy.Actor) string {
			t.Helper()
			part, err := s.Part(ctx, a, "identity")
			if err != nil {
				t.Fatal(err)
			}
			return part.Sets[0].Rows[0][1].(string)
		}
		a := policy.Actor{Person: me.ID, Role: policy.Helper, For: them.ID, Rights: []policy.Right{policy.See, policy.Prepare}, Delegated: true}
		if got := holds(a); got != me.NationalCode {
			t.Errorf("without the right: %s", got)
		}
		before, _, err := s.Looks(ctx, e.Actor(Stranger), "")
		if err != nil || len(before) != 0 {
			t.Fatalf("%v, %v", before, err)
		}
		a.Rights = append(a.Rights, policy.Data)
		if got := holds(a); got != them.NationalCode {
			t.Errorf("with the right: %s", got)
		}
		after, _, err := s.Looks(ctx, e.Actor(Stranger), "")
		if err != nil || len(after) != 1 || after[0].What != "identity.access.acting.data" || after[0].Role != policy.Helper {
			t.Errorf("%+v, %v", after, err)
		}
		if _, err := s.Parts(ctx, policy.Actor{}); !errs.Is(err, errs.Forbidden) {
			t.Errorf("nobody: %v", err)
		}
	})
}
