// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"strings"
	"testing"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/identity/shelter"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// Who hides an address is found by nobody but a judge who says why, and whose look
// is shown to them.
func TestHiddenAddressOfAParty(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		f := e.File(Plaintiff, Defendant, 2_500_000_000)
		e.Refer(Judge, f.Case) // the presiding one
		n := e.Serve(Clerk, f, Defendant)
		at, kept := "/cases/"+f.Case, "خانهٔ امن شمارهٔ ۴، خیابان سپید"
		has := func(who Who, want bool) {
			t.Helper()
			if got := strings.Contains(e.As(who).Get(at).Want(http.StatusOK).Body, DefendantAddress); got != want {
				t.Errorf("the address is on the page of %s: %t, want %t", who, got, want)
			}
			to, err := e.App.Docket.Destination(t.Context(), e.App.DB, f.Case, n)
			if err != nil || (to.Address != "") != want {
				t.Errorf("the bailiff is sent to %q (%v)", to.Address, err)
			}
		}
		has(Clerk, true)
		e.As(Judge).Get(at + "/addresses").Want(http.StatusNotFound) // nobody hides one

		page := e.As(Defendant).Get("/account/address").Want(http.StatusOK)
		if long := page.Submit("/account/address", "do", "hide", "address", strings.Repeat("ا", 400)).Want(http.StatusUnprocessableEntity); !strings.Contains(long.Body, strings.Repeat("ا", 300)) {
			t.Error("what was entered is lost")
		}
		page.Submit("/account/address", "do", "hide", "address", kept).Want(http.StatusOK)
		has(Clerk, false)
		has(Judge, false)
		has(Plaintiff, false)
		for _, who := range []Who{Clerk, Judge, Plaintiff} {
			if strings.Contains(e.As(who).Get(at).Body, kept) {
				t.Errorf("%s sees what was left with the court", who)
			}
		}
		if own := e.As(Defendant).Get(at).Want(http.StatusOK); !strings.Contains(own.Body, "Kept by the court") {
			t.Error("the party does not see that the address is hidden")
		}

		e.As(Clerk).PostForm(at+"/addresses", "why", "برای ابلاغ لازم است").Want(http.StatusForbidden)
		ask := e.As(Judge).Get(at).Want(http.StatusOK).Client.Get(at + "/addresses").Want(http.StatusOK)
		ask.Submit(at+"/addresses", "why", "لازم").Want(http.StatusUnprocessableEntity)
		seen := ask.Submit(at+"/addresses", "why", "تعیین صلاحیت محلی دادگاه").Want(http.StatusOK)
		if !strings.Contains(seen.Body, kept) || !strings.Contains(seen.Body, DefendantAddress) {
			t.Error(seen.Text())
		}
		looks := e.As(Defendant).Get("/account/data/looks").Want(http.StatusOK)
		if !strings.Contains(looks.Body, "تعیین صلاحیت محلی دادگاه") {
			t.Errorf("the look is not told: %s", looks.Text())
		}
		e.As(Defendant).Get("/account/address").Submit("/account/address", "do", "end").Want(http.StatusOK)
		has(Clerk, true)
	})
}

// What somebody files who hides an address has the fixed sentence in its place.
func TestHiddenAddressOfAFiler(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		old := e.Draft(Plaintiff, Defendant, 2_500_000_000) // with the address, before it was hidden
		me := e.As(Plaintiff)
		me.Get("/account/address").Submit("/account/address", "do", "hide", "address", "").Want(http.StatusOK)
		words := shelter.Words(i18n.EN) // the language of this client

		_, _, wrong, err := e.App.Filing.Check(t.Context(), e.Actor(Plaintiff), old)
		if err != nil || len(wrong) != 2 || wrong[0].Code != "shelter.gives_away" || wrong[1].Code != "shelter.gives_away_postal" {
			t.Fatalf("an address that is hidden could be filed: %v %v", wrong, err)
		}
		if f, err := e.App.Filing.Freeze(t.Context(), e.Actor(Plaintiff), old); err == nil {
			t.Errorf("it was frozen: %s", f.Record)
		}

		page := me.PostForm("/filings", "service", "petition-debt", "act", "a-hidden-address-act").Follow().Want(http.StatusOK)
		id := strings.Split(page.Path, "/")[2]
		f, _, err := e.App.Filing.Get(t.Context(), e.Actor(Plaintiff), id)
		if err != nil || f.Answers["plaintiff_address"] != words {
			t.Errorf("the draft begins with %v (%v)", f.Answers, err)
		}
		at := me.Get("/filings/" + old + "/check").Follow().Want(http.StatusOK)
		if !strings.Contains(at.Body, words) {
			t.Error("nobody says what to write instead")
		}

		for _, acting := range []policy.Role{policy.Helper, policy.Lawyer} {
			a := e.Actor(Plaintiff)
			a.Role, a.For = acting, e.Person(Defendant).ID
			if err := e.App.Shelter.Hide(t.Context(), a, ""); err == nil {
				t.Errorf("a %s hides the address of a client", acting)
			}
		}
	})
}
