// SPDX-License-Identifier: Apache-2.0

package sso_test

import (
	"net/http"
	"strings"
	"testing"

	. "github.com/tarazu/tarazu/internal/app/apptest"
)

// TestSitesPage: an administrator registers a site, sees its secret once, and
// shuts it out; a double click makes one site, whose secret is the later one.
func TestSitesPage(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		admin := e.As(Administrator)
		page := admin.Get("/admin/sites").Want(http.StatusOK)
		fields := []string{"name_fa", "کتابخانه", "name_en", "Library", "owner_fa", "دانشگاه", "owner_en", "University", "scopes", "profile"}
		wrong := page.Submit("/admin/sites", append(fields, "redirects", "https://library.example/*")...).Want(http.StatusUnprocessableEntity)
		if form, _ := wrong.Form("/admin/sites"); form.Get("name_fa") != "کتابخانه" || form.Get("redirects") != "https://library.example/*" {
			t.Errorf("what was entered is lost: %v", form)
		}
		fields = append(fields, "redirects", "https://library.example/callback\r\n https://library.example/second")
		made := page.Submit("/admin/sites", fields...).Want(http.StatusOK)
		again := page.Submit("/admin/sites", fields...).Want(http.StatusOK)
		list, err := e.App.SSO.Clients(t.Context(), system)
		must(t, err)
		if len(list) != 1 || len(list[0].Redirects) != 2 || list[0].Sector != "library.example" {
			t.Fatalf("sites %+v", list)
		}
		first, second := secretOn(made), secretOn(again)
		if first == "" || second == "" || first == second {
			t.Errorf("secrets %q and %q", first, second)
		}
		stale := page
		page = admin.Get("/admin/sites").Want(http.StatusOK)
		if text := page.Text(); !strings.Contains(text, "Library") || strings.Contains(text, "tarazu_site_") {
			t.Errorf("the list: %s", text)
		}
		end := page.Submit("/admin/sites/end", "site", list[0].ID).Want(http.StatusOK)
		if _, open := end.Form("/admin/sites/end"); open || !strings.Contains(end.Text(), "Shut out") {
			t.Errorf("after shutting out: %s", end.Text())
		}
		stale.Submit("/admin/sites", fields...).Want(http.StatusConflict) // the act is over: it does not open the site again
	})
}

func secretOn(p *Page) string {
	for _, word := range strings.Fields(p.Text()) {
		if strings.HasPrefix(word, "tarazu_site_") {
			return word
		}
	}
	return ""
}

// TestSitesLimit: an address that begins sign-ins without end is told to wait,
// and another one is not.
func TestSitesLimit(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite", "TARAZU_LIMITS_SITE_ADDRESS=3/1h")
	for range 3 {
		e.Anonymous().Get("/oidc/authorize").Want(http.StatusBadRequest)
	}
	told := e.Anonymous().Get("/oidc/authorize").Want(http.StatusTooManyRequests)
	if !strings.Contains(told.Text(), "minutes") {
		t.Errorf("it is not told when: %s", told.Text())
	}
}
