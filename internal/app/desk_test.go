// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"strings"
	"testing"

	. "github.com/tarazu/tarazu/internal/app/apptest"
)

// TestDesks: whoever files nothing comes to the page where their work is, and an
// administrator finds every page of theirs on it.
func TestDesks(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	for who, desk := range map[Who]string{Administrator: "/admin", Clerk: "/court", Operator: "/counter"} {
		if at := e.As(who).Get("/home").Want(http.StatusSeeOther).Location(); at != desk {
			t.Errorf("%s begins at %s, want %s", who, at, desk)
		}
	}
	admin := e.As(Administrator)
	desk := admin.Get("/admin").Want(http.StatusOK)
	known := 0
	for _, link := range desk.Links() {
		if strings.HasPrefix(link, "/admin/") {
			admin.Get(link).Want(http.StatusOK)
			known++
		}
	}
	if known < 4 {
		t.Errorf("the desk has %d pages: %v", known, desk.Links())
	}
}

// TestDeskCounts: an administrator sees where something waits.
func TestDeskCounts(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	admin := e.As(Administrator).In("en")
	if body := admin.Get("/admin").Want(http.StatusOK).Body; strings.Contains(body, "waiting") {
		t.Error("something waits before anybody asked for anything")
	}
	e.As(Plaintiff).PostForm("/account/data/corrections", "field", "names", "claimed", "نام", "reason", "در شناسنامه نام دیگری نوشته شده است").Follow().Want(http.StatusOK)
	if body := admin.Get("/admin").Want(http.StatusOK).Body; strings.Count(body, "1 waiting") != 1 {
		t.Error("a request for correction does not show on the desk")
	}
}
