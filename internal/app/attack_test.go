// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	. "github.com/tarazu/tarazu/internal/app/apptest"
)

var reVariable = regexp.MustCompile(`\{[^}]*\}`)

// TestEveryWriteFromAnotherSiteIsRefused: whatever a route does, a form on
// another site does not do it in the name of whoever is signed in here.
func TestEveryWriteFromAnotherSiteIsRefused(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	me := e.As(Administrator)
	asked := 0
	for _, r := range e.App.Web.Routes() {
		if r.Method == http.MethodGet {
			continue
		}
		path := reVariable.ReplaceAllString(r.Pattern, "x")
		for name, headers := range map[string][]string{
			"a browser of today":  {"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"},
			"a neighbour's page":  {"Sec-Fetch-Site", "same-site", "Origin", "https://other.example"},
			"an older browser":    {"Origin", "https://evil.example"},
			"a page without name": {"Origin", "null"},
		} {
			req, err := http.NewRequestWithContext(t.Context(), r.Method, e.URL+path, strings.NewReader("a=b"))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			req.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
			for i := 0; i < len(headers); i += 2 {
				req.Header.Set(headers[i], headers[i+1])
			}
			res, err := me.HTTP.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = res.Body.Close()
			asked++
			if res.StatusCode != http.StatusForbidden {
				t.Errorf("%s %s from %s: %d", r.Method, r.Pattern, name, res.StatusCode)
			}
		}
	}
	if asked < 300 {
		t.Errorf("only %d asked: the test sees nothing", asked)
	}
	me.Get("/account").Want(http.StatusOK) // still signed in: nothing was done
}

// TestFixedSession: a session that somebody planted in a browser before its owner
// signed in there is worth nothing afterwards.
func TestFixedSession(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	p := e.Person(Stranger)
	victim := e.Anonymous()
	victim.Get("/login").Want(http.StatusOK).Submit("/login", "national_code", p.NationalCode, "password", Password).Want(http.StatusOK)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, e.URL+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	planted := victim.HTTP.Jar.Cookies(req.URL)
	if len(planted) < 2 { // language and session
		t.Fatalf("cookies %v", planted)
	}
	victim.Get("/login/code").Want(http.StatusOK).Submit("/login/code", "code", e.Code(p.Mobile)).Want(http.StatusOK)
	thief := e.Anonymous()
	thief.HTTP.Jar.SetCookies(req.URL, planted)
	thief.Get("/account").Want(http.StatusSeeOther)
	victim.Get("/account").Want(http.StatusOK)
}
