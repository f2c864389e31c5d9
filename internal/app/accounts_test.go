// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"strings"
	"testing"

	. "github.com/tarazu/tarazu/internal/app/apptest"
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
