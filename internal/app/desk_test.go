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
