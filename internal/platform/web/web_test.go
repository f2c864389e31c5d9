// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

// people is an ActorSource whose capacities a test can take away.
type people struct {
	mu   sync.Mutex
	gone map[string]error
}

func (p *people) Actor(_ context.Context, person, capacity string) (policy.Actor, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.gone[person]; err != nil {
		return policy.Actor{}, err
	}
	return policy.Actor{Person: person, Role: policy.Role(capacity), Name: "لاله گل\u200cمحمدی", Assurance: 2}, nil
}

func (p *people) take(person string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gone[person] = err
}

// site is a server with a few routes, and a browser before it.
type site struct {
	t      *testing.T
	s      *Server
	http   *httptest.Server
	jar    *cookiejar.Jar
	people *people
	clock  *clock.Fake
}

func newSite(t *testing.T, db *store.DB, clk *clock.Fake, change func(*Deps)) *site {
	t.Helper()
	st := &site{t: t, people: &people{gone: map[string]error{}}, clock: clk}
	d := Deps{
		DB: db, Clock: clk, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Catalog: catalog(t), Actors: st.people, Demo: true,
	}
	if change != nil {
		change(&d)
	}
	s, err := New(d)
	if err != nil {
		t.Fatal(err)
	}
	st.s = s
	words := func(text string) func(*Ctx) error {
		return func(c *Ctx) error {
			return c.Render(Page{Title: text, Body: Notice(Neutral, text)})
		}
	}
	fails := func(err error) func(*Ctx) error { return func(*Ctx) error { return err } }
	s.Mount(
		Route{Method: "GET", Pattern: "/{$}", Roles: Anyone, Handle: words("home")},
		Route{Method: "GET", Pattern: "/mine", Roles: SignedIn, Handle: words("mine")},
		Route{Method: "POST", Pattern: "/mine", Roles: SignedIn, Handle: func(c *Ctx) error { return c.Redirect("/") }},
		Route{Method: "GET", Pattern: "/bench", Roles: []policy.Role{policy.Judge}, Handle: words("bench")},
		Route{Method: "GET", Pattern: "/in/{person}/{role}", Roles: Anyone, Handle: func(c *Ctx) error {
			c.Put("kept", "yes")
			if err := c.SignIn(c.Param("person"), c.Param("role")); err != nil {
				return err
			}
			return c.Redirect("/mine")
		}},
		Route{Method: "GET", Pattern: "/kept", Roles: Anyone, Handle: func(c *Ctx) error { return words("kept=" + c.Get("kept"))(c) }},
		Route{Method: "GET", Pattern: "/raw", Roles: Anyone, Handle: func(c *Ctx) error {
			c.Put("kept", "raw")
			_, err := io.WriteString(c.W, "raw")
			return err
		}},
		Route{Method: "GET", Pattern: "/panic", Roles: Anyone, Handle: func(*Ctx) error { panic("0012345678") }},
		Route{Method: "POST", Pattern: "/form", Roles: Anyone, MaxBody: 2000, Handle: func(c *Ctx) error {
			f, err := c.Form(1000)
			if err != nil {
				return err
			}
			f.NationalCode("code")
			e, ok := c.Errors(f.Err(), f)
			if !ok {
				return c.Redirect("/")
			}
			return c.Render(Page{Title: "form", Errors: e, Body: TextField(c.View(f, e), Text{Name: "code", Label: "code", LTR: true})})
		}},
	)
	for kind := errs.Internal; kind <= errs.Unavailable; kind++ {
		s.Mount(Route{Method: "GET", Pattern: "/fail/" + strings.ReplaceAll(kind.String(), " ", "-"), Roles: Anyone, Handle: fails(errs.New(kind, ""))})
	}
	h := s.Handler()
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	st.http = httptest.NewServer(h)
	t.Cleanup(st.http.Close)
	st.jar, err = cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return st
}

type answer struct {
	code   int
	header http.Header
	body   string
}

// do sends a request without following redirects.
func (st *site) do(method, path, body string, header ...string) answer {
	st.t.Helper()
	r, err := http.NewRequestWithContext(st.t.Context(), method, st.http.URL+path, strings.NewReader(body))
	if err != nil {
		st.t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	client := &http.Client{Jar: st.jar, Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(r)
	if err != nil {
		st.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		st.t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, string(b)}
}

func (st *site) get(path string, header ...string) answer {
	st.t.Helper()
	return st.do(http.MethodGet, path, "", header...)
}

func (st *site) expect(a answer, code int, parts ...string) {
	st.t.Helper()
	if a.code != code {
		st.t.Fatalf("status %d, want %d; location %q", a.code, code, a.header.Get("Location"))
	}
	for _, p := range parts {
		if !strings.Contains(a.body, p) {
			st.t.Errorf("the page lacks %q", p)
		}
	}
}

func (st *site) cookie(name string) string {
	u, err := url.Parse(st.http.URL)
	if err != nil {
		st.t.Fatal(err)
	}
	for _, c := range st.jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// sqliteSite is a site on SQLite, for what does not depend on the engine.
func sqliteSite(t *testing.T, change func(*Deps)) *site {
	t.Helper()
	clk := clock.NewFake(storetest.Start)
	return newSite(t, storetest.Open(t, storetest.DSN(t, "sqlite"), clk, Migrations), clk, change)
}
