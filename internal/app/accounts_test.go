// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/gateway/professions"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// TestClosedAccountPages: who was reported dead is outside at the next click, and
// inside again when a second administrator has agreed.
func TestClosedAccountPages(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	p := e.Person(Stranger)
	theirs := e.As(Stranger)
	theirs.Get("/home").Want(http.StatusOK)
	if _, err := e.App.Steward.ApplyFeed(t.Context(), []byte(p.NationalCode+",deceased")); err != nil {
		t.Fatal(err)
	}
	theirs.Get("/account").Want(http.StatusSeeOther)
	shown := e.Anonymous().Get("/login").Want(http.StatusOK).Submit("/login", "national_code", p.NationalCode, "password", Password).Want(http.StatusUnprocessableEntity)
	if !strings.Contains(shown.Text(), "This account is closed") {
		t.Errorf("the owner is not told: %s", shown.Text())
	}

	admin := e.As(Administrator)
	page := admin.Get("/admin/accounts").Want(http.StatusOK).Submit("/admin/accounts", "name", p.JudicialID)
	if strings.Contains(page.Location(), p.JudicialID) || strings.Contains(page.Location(), p.NationalCode) {
		t.Errorf("an address with personal data: %s", page.Location())
	}
	page = page.Follow().Want(http.StatusOK)
	page.Submit("/admin/accounts/"+p.ID, "reason", "x").Want(http.StatusUnprocessableEntity)
	page = page.Submit("/admin/accounts/"+p.ID, "reason", "شناسنامهٔ تازه را دیدم").Follow().Want(http.StatusOK)
	if _, ok := page.Form("/admin/accounts/" + p.ID + "/decide"); ok {
		t.Error("who proposed may decide")
	}
	looks, err := e.App.Identity.Accesses(t.Context(), p.ID)
	if err != nil || len(looks) == 0 || looks[0].Why != "steward.access.register" {
		t.Errorf("the look is not recorded: %+v, %v", looks, err)
	}
	open, err := e.App.Steward.OpenProposals(t.Context(), e.Actor(Administrator))
	if err != nil || len(open) != 1 {
		t.Fatalf("open %+v, %v", open, err)
	}
	second := policy.Actor{Person: "second", Role: policy.Administrator, Name: "مدیر دوم"}
	if _, err := e.App.Steward.Decide(t.Context(), second, open[0].ID, true); err != nil {
		t.Fatal(err)
	}
	if text := admin.Get("/admin/accounts/" + p.ID).Want(http.StatusOK).Text(); !strings.Contains(text, "two administrators opened it again") {
		t.Errorf("the history does not tell: %s", text)
	}
	e.Another(Stranger).Get("/home").Want(http.StatusOK)
}

// TestDoubtedAnswers: what a register says of too many is done when two
// administrators have found that it is true, and only for a while; one of them is
// enough to close what was a mistake, and it comes back when it is said again.
func TestDoubtedAnswers(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx := t.Context()
		today := civil.Of(e.Clock.Now())
		who := []Who{Manager, Operator, Inspector, Auditor, Stranger}
		say := func(state professions.State) {
			for i, w := range who {
				e.App.Doubles.Professions.Add(professions.Entry{NationalCode: e.Person(w).NationalCode, Licence: professions.Licence{
					Kind: professions.Lawyer, Issuer: "bar-tehran", Number: string(rune('1' + i)), Grade: professions.First, State: state, From: today.Add(-100), Until: today.Add(600),
				}})
			}
		}
		acting := func() (n int) {
			for _, w := range who {
				n += len(holdsAs(e, w, policy.Lawyer))
			}
			return n
		}
		for i, w := range who {
			_, err := e.App.Identity.AddCapacity(ctx, policy.Actor{Role: policy.System}, identity.Capacity{
				Person: e.Person(w).ID, Role: policy.Lawyer, TitleFA: "و", TitleEN: "l", Source: "test", From: today, Number: string(rune('1' + i)), Issuer: "bar-tehran",
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		const path = "/admin/doubts"
		admin := e.As(Administrator)
		if text := admin.Get(path).Want(http.StatusOK).Text(); !strings.Contains(text, "No register") {
			t.Errorf("before anything: %s", text)
		}
		e.As(Stranger).Get(path).Want(http.StatusForbidden)
		say(professions.Suspended)
		e.Clock.Advance(8 * 24 * time.Hour)
		if err := e.App.Licence.Ask(ctx); err == nil || acting() != 5 {
			t.Fatalf("believed: %v, %d act", err, acting())
		}
		admin = e.Again(Administrator)
		page := admin.Get("/admin").Want(http.StatusOK)
		page = admin.Get(page.Link(path)).Want(http.StatusOK)
		if !strings.Contains(page.Text(), "5 of 5") {
			t.Errorf("not shown: %s", page.Text())
		}
		page.Submit(path+"/licences", "reason_licences", "x").Want(http.StatusUnprocessableEntity)
		page = page.Submit(path+"/licences", "reason_licences", "I telephoned the bar; it is true").Want(http.StatusOK)
		if _, own := page.Form(path + "/licences/decide"); own {
			t.Error("who proposes decides")
		}
		_, open, err := e.App.Steward.Doubts(ctx, secondAdmin)
		if err != nil || len(open) != 1 {
			t.Fatalf("%+v, %v", open, err)
		}
		p := open[identity.DoubtLicences]
		// The register says more while the proposal waits: it is about something else now.
		if _, err := e.App.Identity.Believes(ctx, identity.DoubtLicences, 6, 6); err != nil {
			t.Fatal(err)
		}
		page = e.Again(Administrator).Get(path).Want(http.StatusOK)
		if !strings.Contains(page.Text(), "6 of 6") || !strings.Contains(page.Text(), "can only be refused") {
			t.Errorf("a proposal of before: %s", page.Text())
		}
		if _, err := e.App.Steward.DecideBelief(ctx, secondAdmin, p.ID, false); err != nil {
			t.Fatal(err)
		}
		e.Again(Administrator).Get(path).Submit(path+"/licences", "reason_licences", "I telephoned the bar; it is true").Want(http.StatusOK)
		if _, open, err = e.App.Steward.Doubts(ctx, secondAdmin); err != nil || len(open) != 1 {
			t.Fatalf("%+v, %v", open, err)
		}
		p = open[identity.DoubtLicences]
		if _, err := e.App.Steward.DecideBelief(ctx, e.Actor(Administrator), p.ID, true); !errs.Is(err, errs.Forbidden) {
			t.Errorf("alone: %v", err)
		}
		if _, err := e.App.Steward.DecideBelief(ctx, secondAdmin, p.ID, true); err != nil {
			t.Fatal(err)
		}
		if err := e.App.Licence.Ask(ctx); err != nil || acting() != 0 { // at once, not in a week
			t.Errorf("%v, %d act", err, acting())
		}
		if text := admin.Get(path).Text(); !strings.Contains(text, "Believed") {
			t.Errorf("afterwards: %s", text)
		}
		if _, err := e.App.Steward.ProposeBelief(ctx, e.Actor(Administrator), identity.DoubtLicences, p.About, whyOne); !errs.Is(err, errs.Conflict) {
			t.Errorf("of a doubt that is decided: %v", err)
		}
		// It is not believed for ever.
		say(professions.Valid)
		e.Clock.Advance(8 * 24 * time.Hour)
		if err := e.App.Licence.Ask(ctx); err != nil || acting() != 5 {
			t.Fatalf("%v, %d act", err, acting())
		}
		say(professions.Revoked)
		for range 2 {
			e.Clock.Advance(8 * 24 * time.Hour)
			if err := e.App.Licence.Ask(ctx); err == nil || acting() != 5 {
				t.Fatalf("believed later: %v, %d act", err, acting())
			}
			page = e.Again(Administrator).Get(path).Want(http.StatusOK).Submit(path + "/licences/dismiss").Want(http.StatusOK)
			if !strings.Contains(page.Text(), "mistake of the register") {
				t.Errorf("closed: %s", page.Text())
			}
		}
	})
}
