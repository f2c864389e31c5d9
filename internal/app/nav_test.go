// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"strings"
	"testing"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// TestMenuOffersWhatWorks: an officer of the centre has the introductions in the
// menu only if their unit is one that introduces somebody.
func TestMenuOffersWhatWorks(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	const entry = `href="/introductions"`
	if page := e.As(Centre).Get("/offices").Want(http.StatusOK); !strings.Contains(page.Body, entry) {
		t.Error("who introduces has no way there")
	}
	capacity, err := e.App.Identity.AddCapacity(t.Context(), policy.Actor{Role: policy.System}, identity.Capacity{
		Person: e.Person(Stranger).ID, Role: policy.Centre, TitleFA: "کارشناس", TitleEN: "officer", From: civil.Of(e.Clock.Now()), Source: "test",
	})
	if err != nil {
		t.Fatal(err)
	}
	other := e.As(Stranger)
	other.Get("/capacity").Want(http.StatusOK).Submit("/capacity", "capacity", capacity).Want(http.StatusOK)
	if page := other.Get("/offices").Want(http.StatusOK); strings.Contains(page.Body, entry) {
		t.Error("who introduces nobody is led to it")
	}
	other.Get("/introductions/new").Want(http.StatusForbidden)
}
