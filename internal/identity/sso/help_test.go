// SPDX-License-Identifier: Apache-2.0

package sso_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/zitadel/oidc/v3/pkg/client/rp"
	httphelper "github.com/zitadel/oidc/v3/pkg/http"
	"github.com/zitadel/oidc/v3/pkg/oidc"

	"github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/identity/sso"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

var system = policy.Actor{Role: policy.System}

// site is a site of somebody else, made with the relying party of the library:
// its own program, its own address, its own cookies.
type site struct {
	t       *testing.T
	e       *apptest.Env
	srv     *httptest.Server
	client  sso.Client
	secret  string
	rp      rp.RelyingParty
	tokens  *oidc.Tokens[*oidc.IDTokenClaims] // of the last sign-in
	failure string                            // that it was last told
}

// newSite registers a site that may ask for everything and starts it.
func newSite(t *testing.T, e *apptest.Env, change func(c *sso.Client), asks ...string) *site {
	t.Helper()
	s := &site{t: t, e: e}
	mux := http.NewServeMux()
	s.srv = httptest.NewServer(mux)
	t.Cleanup(s.srv.Close)
	c := sso.Client{
		NameFA: "کتابخانه‌ی حقوق", NameEN: "Law library", OwnerFA: "دانشگاه نمونه", OwnerEN: "Example University",
		Redirects: []string{s.srv.URL + "/callback"}, Logouts: []string{s.srv.URL + "/bye"}, Scopes: sso.Scopes(),
	}
	if change != nil {
		change(&c)
	}
	var err error
	s.client, s.secret, err = e.App.SSO.AddClient(t.Context(), system, c)
	must(t, err)
	key := []byte("0123456789abcdef0123456789abcdef")
	cookies := httphelper.NewCookieHandler(key, key, httphelper.WithUnsecure())
	s.rp, err = rp.NewRelyingPartyOIDC(t.Context(), e.URL, s.client.ID, s.secret, s.srv.URL+"/callback", append([]string{"openid"}, asks...),
		rp.WithPKCE(cookies), rp.WithErrorHandler(func(w http.ResponseWriter, _ *http.Request, code, _, _ string) {
			s.failure = code
			http.Error(w, "refused", http.StatusForbidden)
		}), rp.WithUnauthorizedHandler(func(w http.ResponseWriter, _ *http.Request, _, _ string) {
			s.failure = "unauthorized"
			http.Error(w, "refused", http.StatusForbidden)
		}))
	must(t, err)
	mux.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		var more []rp.URLParamOpt
		for name := range r.URL.Query() {
			more = append(more, rp.WithURLParam(name, r.URL.Query().Get(name)))
		}
		rp.AuthURLHandler(func() string { return id.Secret(16) }, s.rp, more...)(w, r)
	})
	mux.HandleFunc("/callback", rp.CodeExchangeHandler(func(w http.ResponseWriter, _ *http.Request, tokens *oidc.Tokens[*oidc.IDTokenClaims], _ string, _ rp.RelyingParty) {
		s.tokens, s.failure = tokens, ""
		_, _ = io.WriteString(w, "welcome")
	}, s.rp))
	mux.HandleFunc("/bye", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "bye") })
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// page is where a browser has come to.
type page struct {
	url    string
	status int
	body   string
	header http.Header
}

// local is the path of the page on our site, with its query.
func (p page) local(e *apptest.Env) string { return strings.TrimPrefix(p.url, e.URL) }

// agent is the browser that apptest is: a session belongs to one kind.
const agent = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"

// surf lets a browser go to an address and wherever it is sent from there, by
// redirects and by pages that go on by themselves.
func surf(c *apptest.Client, to string) page {
	t := c.Env.T
	t.Helper()
	for range 12 {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, to, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0") // the browser of apptest
		req.Header.Set("Accept", "text/html")
		req.Header.Set("User-Agent", agent)
		res, err := c.HTTP.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		at := page{url: to, status: res.StatusCode, body: string(body), header: res.Header}
		next := res.Header.Get("Location")
		if refresh, ok := strings.CutPrefix(res.Header.Get("Refresh"), "0; url="); ok {
			next = refresh
		}
		if next == "" {
			return at
		}
		u, err := url.Parse(to)
		if err == nil {
			u, err = u.Parse(next)
		}
		if err != nil {
			t.Fatal(err)
		}
		to = u.String()
	}
	t.Fatal("the browser is sent in circles")
	return page{}
}

// start goes to the site's page of signing in; more are parameters of the
// request, by name and value.
func (s *site) start(c *apptest.Client, more ...string) page {
	s.t.Helper()
	q := url.Values{}
	for i := 0; i < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	s.tokens, s.failure = nil, ""
	return surf(c, s.srv.URL+"/login?"+q.Encode())
}

// say answers the page of consent and goes on to the site.
func (s *site) say(c *apptest.Client, at page, answer string, ticks ...string) page {
	s.t.Helper()
	path := at.local(s.e)
	if !strings.HasPrefix(path, "/oidc/consent/") {
		s.t.Fatalf("no page of consent: %s %d\n%s", at.url, at.status, at.body)
	}
	fields := []string{"say", answer}
	for _, name := range ticks {
		fields = append(fields, name, "1")
	}
	p := c.PostForm(path, fields...)
	to, ok := strings.CutPrefix(p.Header.Get("Refresh"), "0; url=")
	if !ok {
		s.t.Fatalf("not on to the site: %d %s\n%s", p.Status, p.Location(), p.Text())
	}
	return surf(c, to)
}

// signIn signs somebody in at the site, with consent if they are asked.
func (s *site) signIn(c *apptest.Client, ticks ...string) {
	s.t.Helper()
	at := s.start(c)
	if strings.HasPrefix(at.local(s.e), "/oidc/consent/") {
		at = s.say(c, at, "allow", ticks...)
	}
	if s.tokens == nil {
		s.t.Fatalf("not signed in: %s %q %d\n%s", at.url, s.failure, at.status, at.body)
	}
}

// userinfo reads what the site may know; nil: the token is worth nothing.
func (s *site) userinfo(access string) map[string]any {
	s.t.Helper()
	status, body := s.call(http.MethodGet, "/oidc/userinfo", nil, func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+access) })
	switch status {
	case http.StatusOK:
	case http.StatusUnauthorized:
		return nil
	default:
		s.t.Fatalf("userinfo: %d %v", status, body)
	}
	return body
}

// post calls an endpoint with the site's own secret.
func (s *site) post(path string, pairs ...string) (int, map[string]any) {
	s.t.Helper()
	return s.call(http.MethodPost, path, pairs, func(r *http.Request) { r.SetBasicAuth(s.client.ID, s.secret) })
}

func (s *site) call(method, path string, pairs []string, auth func(*http.Request)) (int, map[string]any) {
	s.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	req, err := http.NewRequestWithContext(context.Background(), method, s.e.URL+path, strings.NewReader(form.Encode()))
	must(s.t, err)
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	auth(req)
	res, err := http.DefaultClient.Do(req)
	must(s.t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	must(s.t, err)
	var body map[string]any
	if len(b) > 0 && strings.HasPrefix(res.Header.Get("Content-Type"), "application/json") {
		if err := json.Unmarshal(b, &body); err != nil && string(b) != "null\n" {
			s.t.Fatalf("%s: %q", path, b)
		}
	}
	return res.StatusCode, body
}
