// SPDX-License-Identifier: Apache-2.0

package sso_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/identity/sso"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
)

// flow is a sign-in that a test writes by hand.
type flow struct {
	s        *site
	verifier string
	q        url.Values
}

func (s *site) flow(change ...string) *flow {
	f := &flow{s: s, verifier: id.Secret(32)}
	sum := sha256.Sum256([]byte(f.verifier))
	f.q = url.Values{
		"client_id": {s.client.ID}, "redirect_uri": {s.client.Redirects[0]}, "response_type": {"code"}, "scope": {"openid profile"},
		"state": {"s1"}, "nonce": {"n1"}, "code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
	}
	for i := 0; i < len(change); i += 2 {
		if f.q.Set(change[i], change[i+1]); change[i+1] == "" {
			f.q.Del(change[i])
		}
	}
	return f
}

// ask sends a browser; the answer is not followed.
func (f *flow) ask(c *apptest.Client) *apptest.Page { return c.Get("/oidc/authorize?" + f.q.Encode()) }

// code goes on to the code, with consent if that is asked for.
func (f *flow) code(c *apptest.Client) string {
	f.s.t.Helper()
	p := f.ask(c)
	to := p.Location()
	if strings.HasPrefix(to, "/oidc/consent/") {
		to = strings.TrimPrefix(c.PostForm(to, "say", "allow").Header.Get("Refresh"), "0; url=")
	}
	u, err := url.Parse(to)
	must(f.s.t, err)
	q := u.Query()
	if q.Get("code") == "" || q.Get("state") != "s1" || q.Get("iss") != f.s.e.URL {
		f.s.t.Fatalf("no code: %d %s", p.Status, to)
	}
	return q.Get("code")
}

// exchange exchanges a code; change are parameters by name and value.
func (f *flow) exchange(code string, change ...string) (int, map[string]any) {
	f.s.t.Helper()
	form := map[string]string{"grant_type": "authorization_code", "code": code, "redirect_uri": f.s.client.Redirects[0], "code_verifier": f.verifier}
	for i := 0; i < len(change); i += 2 {
		form[change[i]] = change[i+1]
	}
	var pairs []string
	for name, v := range form {
		if v != "" {
			pairs = append(pairs, name, v)
		}
	}
	return f.s.post("/oidc/token", pairs...)
}

// TestOpenRedirect: the browser is sent to registered addresses, letter for
// letter, and nowhere else, not even to be told what is wrong.
func TestOpenRedirect(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	s := newSite(t, e, nil, "profile")
	c := e.As(apptest.Plaintiff)
	good := s.client.Redirects[0]
	for _, to := range []string{
		"https://evil.example/", good + "/", good + "?a=b", good + "#a", strings.ToUpper(good), good + "/../x", "//" + strings.TrimPrefix(good, "http://"),
		strings.Replace(good, "127.0.0.1", "127.0.0.1.evil.example", 1), strings.Replace(good, "://", "://evil@", 1), strings.Replace(good, "127.0.0.1", "localhost", 1),
		"javascript:alert(1)", good + "%00", good + "\\@evil.example", strings.Replace(good, "/callback", ":1/callback", 1), "",
	} {
		for _, more := range []string{"code", "token", ""} { // a right request, and wrong ones
			p := s.flow("redirect_uri", to, "response_type", more).ask(c)
			if p.Location() != "" || p.Header.Get("Refresh") != "" || p.Status < 400 {
				t.Errorf("%q %q: %d to %q", to, more, p.Status, p.Location())
			}
		}
	}
	f := s.flow()
	p := c.Get("/oidc/authorize?" + f.q.Encode() + "&redirect_uri=https%3A%2F%2Fevil.example%2F") // twice
	if p.Status != http.StatusBadRequest || p.Location() != "" {
		t.Errorf("two addresses: %d %s", p.Status, p.Location())
	}
	for _, q := range []string{
		"post_logout_redirect_uri=https%3A%2F%2Fevil.example%2F", "client_id=" + s.client.ID + "&post_logout_redirect_uri=https%3A%2F%2Fevil.example%2F",
		"id_token_hint=nonsense&post_logout_redirect_uri=" + url.QueryEscape(s.client.Logouts[0]),
	} {
		for _, who := range []*apptest.Client{c, e.Anonymous()} {
			if p := who.Get("/oidc/end_session?" + q); p.Location() != "" && p.Location() != "/" || p.Header.Get("Refresh") != "" || strings.Contains(p.Body, `href="https://evil`) {
				t.Errorf("%s: %d to %q", q, p.Status, p.Location())
			}
		}
	}
	if p := c.PostForm("/oidc/signed-out", "to", "https://evil.example/"); p.Location() != "/" || p.Header.Get("Refresh") != "" {
		t.Errorf("an address that we did not seal: %s", p.Location())
	}
}

// TestRegistration: what stands for more than itself is not registered.
func TestRegistration(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	good := sso.Client{NameFA: "سایت", NameEN: "Site", OwnerFA: "کسی", OwnerEN: "Somebody", Redirects: []string{"https://site.example/callback"}}
	for _, uri := range []string{
		"https://*.example/", "https://site.example/*", "http://site.example/", "https://site.example/#a", "https://a@site.example/", "site.example", "//site.example/",
		"javascript:alert(1)", "com.example.app:/cb", "https://SITE.example/", "https://site.example/\n", "https://site.example/?code=1", "",
	} {
		c := good
		c.Redirects = []string{uri}
		if _, _, err := e.App.SSO.AddClient(t.Context(), system, c); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q: %v", uri, err)
		}
	}
	two := good
	two.Redirects = append([]string{"https://other.example/"}, good.Redirects...)
	if _, _, err := e.App.SSO.AddClient(t.Context(), system, two); !errs.Is(err, errs.Invalid) {
		t.Errorf("two hosts without a sector: %v", err)
	}
	if _, _, err := e.App.SSO.AddClient(t.Context(), e.Actor(apptest.Clerk), good); !errs.Is(err, errs.Forbidden) {
		t.Errorf("a clerk registers a site: %v", err)
	}
	if _, secret, err := e.App.SSO.AddClient(t.Context(), e.Actor(apptest.Administrator), good); err != nil || len(secret) < 40 {
		t.Errorf("an administrator: %v", err)
	}
}

// TestPKCE: without it, with a weaker one, or with another's, nothing is given.
func TestPKCE(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	s := newSite(t, e, nil, "profile")
	c := e.As(apptest.Plaintiff)
	for _, change := range [][]string{
		{"code_challenge", ""}, {"code_challenge_method", ""}, {"code_challenge_method", "plain"}, {"code_challenge", "short"},
		{"response_type", "token"}, {"response_type", "id_token"}, {"response_type", "code id_token"}, {"response_mode", "fragment"}, {"response_mode", "form_post"},
		{"request", "eyJhbGciOiJub25lIn0.e30."}, {"request_uri", "https://evil.example/"}, {"scope", "profile"}, {"prompt", "none login"},
	} {
		p := s.flow(change...).ask(c)
		if p.Status == http.StatusBadRequest && p.Location() == "" {
			continue
		}
		u, err := url.Parse(p.Location())
		must(t, err)
		if u.Query().Get("error") == "" || u.Query().Get("code") != "" || u.Query().Get("state") != "s1" || !strings.HasPrefix(p.Location(), s.client.Redirects[0]+"?") {
			t.Errorf("%v: %d to %s", change, p.Status, p.Location())
		}
	}
	f := s.flow()
	for _, verifier := range []string{"", "x", f.q.Get("code_challenge"), s.flow().verifier} {
		if status, body := f.exchange(f.code(c), "code_verifier", verifier); status != http.StatusBadRequest || body["access_token"] != nil {
			t.Errorf("verifier %q: %d %v", verifier, status, body)
		}
	}
	code := f.code(c)
	if status, _ := f.exchange(code, "code_verifier", "wrong"); status != http.StatusBadRequest {
		t.Error("a wrong verifier")
	}
	if status, body := f.exchange(code); status != http.StatusOK {
		t.Errorf("a stranger's try has used the code up: %d %v", status, body)
	}
}

// TestCode: a code is good once, for a minute, for its own site and its own
// address.
func TestCode(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		s, other := newSite(t, e, nil, "profile"), newSite(t, e, nil, "profile")
		c := e.As(apptest.Plaintiff)
		f := s.flow()
		code := f.code(c)
		mine := *f
		mine.s = other
		if status, body := mine.exchange(code, "redirect_uri", s.client.Redirects[0]); status != http.StatusBadRequest || body["error"] != "invalid_grant" {
			t.Errorf("another site: %d %v", status, body)
		}
		if status, _ := f.exchange(code, "redirect_uri", other.client.Redirects[0]); status != http.StatusBadRequest {
			t.Error("another address")
		}
		right := s.secret
		s.secret = "wrong"
		if status, body := f.exchange(code); status != http.StatusUnauthorized || body["error"] != "invalid_client" {
			t.Errorf("without the secret: %d %v", status, body)
		}
		s.secret = right

		status, body := f.exchange(code)
		if status != http.StatusOK {
			t.Fatalf("%d %v", status, body)
		}
		access := body["access_token"].(string)
		if s.userinfo(access) == nil {
			t.Error("no userinfo")
		}
		// What is no access token reads nothing.
		for _, token := range []string{body["id_token"].(string), code, access + "x", "a:b", ""} {
			if s.userinfo(token) != nil {
				t.Error("something else than an access token reads")
			}
		}
		if status, body := f.exchange(code); status != http.StatusBadRequest || body["error"] != "invalid_grant" {
			t.Errorf("a code is good twice: %d %v", status, body)
		}
		if s.userinfo(access) != nil {
			t.Error("after its code came twice a token lives")
		}

		code = f.code(c)
		var wg sync.WaitGroup
		var mu sync.Mutex
		good := 0
		for range 4 {
			wg.Go(func() {
				if status, _ := f.exchange(code); status == http.StatusOK {
					mu.Lock()
					good++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if good > 1 {
			t.Errorf("%d of four at once got tokens", good)
		}

		code = f.code(c)
		e.Clock.Advance(time.Minute)
		if status, _ := f.exchange(code); status != http.StatusBadRequest {
			t.Error("a code outlives its minute")
		}
	})
}

// TestOtherBrowser: what one person allowed is finished in their session only,
// so that nobody has a victim allow the sign-in that they began themselves.
func TestOtherBrowser(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	s := newSite(t, e, nil, "profile")
	thief, victim := e.As(apptest.Stranger), e.As(apptest.Plaintiff)
	f := s.flow()
	path := f.ask(thief).Location() // begun by the thief, sent to the victim
	if p := victim.PostForm(path, "say", "allow"); !strings.Contains(p.Header.Get("Refresh"), "code=") {
		t.Fatalf("the victim does not get there: %d", p.Status)
	}
	for _, who := range []*apptest.Client{thief, e.Another(apptest.Plaintiff), e.Anonymous()} {
		for _, p := range []*apptest.Page{who.Get(path), who.PostForm(path, "say", "allow"), who.PostForm(path, "say", "deny")} {
			if strings.Contains(p.Header.Get("Refresh")+p.Location()+p.Body, "code=") {
				t.Errorf("%s gets the victim's code", who.Who)
			}
		}
	}
	if p := e.Anonymous().Get("/oidc/authorize/callback?id=" + strings.TrimPrefix(path, "/oidc/consent/")); p.Status != http.StatusNotFound {
		t.Errorf("the library's own way is open: %d", p.Status)
	}
	// The other half of a double click is the same session.
	if p := victim.PostForm(path, "say", "allow"); !strings.Contains(p.Header.Get("Refresh"), "code=") {
		t.Errorf("a double click: %d", p.Status)
	}
	// From another site nobody allows anything.
	path = s.flow("prompt", "consent").ask(victim).Location()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, e.URL+path, strings.NewReader("say=allow"))
	must(t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	req.Header.Set("Origin", "https://evil.example")
	req.Header.Set("User-Agent", agent)
	res, err := victim.HTTP.Do(req)
	must(t, err)
	_ = res.Body.Close()
	if res.StatusCode != http.StatusForbidden {
		t.Errorf("a form of another site: %d", res.StatusCode)
	}
	if p := victim.Get(path); !strings.Contains(p.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
		t.Error("the page of consent can be framed")
	}
}

// TestStateAndNonce: both come back as they went, and the site's library refuses
// an answer that it did not ask for.
func TestStateAndNonce(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	s := newSite(t, e, nil, "profile")
	c := e.As(apptest.Plaintiff)
	f := s.flow("nonce", "one & only")
	status, body := f.exchange(f.code(c))
	if status != http.StatusOK {
		t.Fatal(status)
	}
	part := strings.Split(body["id_token"].(string), ".")[1]
	claims, err := base64.RawURLEncoding.DecodeString(part)
	must(t, err)
	if !strings.Contains(string(claims), `"nonce":"one \u0026 only"`) && !strings.Contains(string(claims), `"nonce":"one & only"`) {
		t.Errorf("the nonce is not in %s", claims)
	}
	// A thief's code in a victim's browser: another state, or none.
	code := s.flow().code(e.As(apptest.Stranger))
	for _, state := range []string{"s1", ""} {
		s.start(c, "prompt", "none")
		s.tokens = nil
		surf(c, s.srv.URL+"/callback?code="+code+"&state="+state+"&iss="+url.QueryEscape(e.URL))
		if s.tokens != nil {
			t.Errorf("state %q: the victim is signed in as the thief", state)
		}
	}
}

// TestPhishing: a new site is said to be new, whoever asks for more than it may
// does not get it, and what was refused stays refused.
func TestPhishing(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	s := newSite(t, e, func(c *sso.Client) { c.Scopes = []sso.Scope{sso.Profile, sso.Phone} }, "profile", "phone", "national_code", "email", "anything")
	c := e.As(apptest.Plaintiff)
	at := s.start(c)
	if !strings.Contains(at.body, "This site is new") || strings.Contains(at.body, "national code") {
		t.Error("the page does not warn, or offers what the site may not have")
	}
	s.say(c, at, "deny")
	if s.failure != "access_denied" || s.tokens != nil {
		t.Errorf("refused: %q", s.failure)
	}
	at = s.start(c)
	s.say(c, at, "allow", "phone", "national_code")
	info := s.userinfo(s.tokens.AccessToken)
	if info["phone_number"] == nil || info["national_code"] != nil {
		t.Errorf("the site knows %v", info)
	}
	e.Clock.Advance(31 * 24 * time.Hour)
	if at = s.start(e.Again(apptest.Defendant)); strings.Contains(at.body, "This site is new") {
		t.Error("a site is new for ever")
	}
}

// TestSignOut: a site asks, the person decides, and the site's own end comes
// either way.
func TestSignOut(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	s := newSite(t, e, nil, "profile")
	c := e.As(apptest.Plaintiff)
	s.signIn(c)
	access := s.tokens.AccessToken
	out := "/oidc/end_session?" + url.Values{"id_token_hint": {s.tokens.IDToken}, "post_logout_redirect_uri": {s.client.Logouts[0]}, "state": {"x y"}}.Encode()
	if e.As(apptest.Stranger).Get(out); s.userinfo(access) == nil {
		t.Error("somebody else signs them out")
	}
	page := c.Get(out).Want(http.StatusOK)
	if s.userinfo(access) != nil {
		t.Error("the site still reads")
	}
	c.Get("/account").Want(http.StatusOK) // asked, not done
	fields, _ := page.Form("/oidc/signed-out")
	stay := c.PostForm("/oidc/signed-out", "to", fields.Get("to"))
	if to := stay.Header.Get("Refresh"); to != "0; url="+s.client.Logouts[0]+"?state=x+y" {
		t.Errorf("on to %q", to)
	}
	c.Get("/account").Want(http.StatusOK)
	c.PostForm("/oidc/signed-out", "to", fields.Get("to"), "here", "1")
	c.Get("/account").Want(http.StatusSeeOther)
	if p := c.Get(out); p.Location() != s.client.Logouts[0]+"?state=x+y" {
		t.Errorf("signed out already: %s", p.Location())
	}
}

// TestHints: what a site says of whom it means changes nothing in the answer for a
// browser in which nobody is signed in, and never tells whether they have an
// account.
func TestHints(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	s := newSite(t, e, nil, "profile")
	p := e.Person(apptest.Stranger)
	me := e.As(apptest.Plaintiff)
	s.flow().code(me) // allowed once
	for _, prompt := range []string{"none", "login", "consent", "select_account", ""} {
		for who, c := range map[string]func() *apptest.Client{"nobody": e.Anonymous, "somebody": func() *apptest.Client { return me }} {
			var first string
			for i, hint := range []string{"", p.NationalCode, apptest.NationalCode(999), p.JudicialID, "999999999999", p.Mobile, "somebody@example.org"} {
				page := s.flow("prompt", prompt, "login_hint", hint).ask(c())
				to, err := url.Parse(page.Location())
				must(t, err)
				told := page.Header.Get("Cache-Control") + " " + to.Host + to.Path + " " + to.Query().Get("error")
				if strings.HasPrefix(to.Path, "/oidc/consent/") {
					told = "consent"
				}
				if i == 0 {
					first = told
				}
				if told != first || strings.Contains(page.Body+page.Location(), hint) && hint != "" {
					t.Errorf("%s, prompt %q, hint %d: %q, want %q", who, prompt, i, told, first)
				}
				if who == "nobody" && to.Query().Get("code") != "" {
					t.Error("a code for nobody")
				}
			}
		}
	}
	// A token of another person as a hint: the same as of nobody.
	thief := e.As(apptest.Stranger)
	f := s.flow()
	status, body := f.exchange(f.code(thief))
	token, _ := body["id_token"].(string)
	if status != http.StatusOK || token == "" {
		t.Fatalf("%d %v", status, body)
	}
	for _, hint := range []string{token, "nonsense"} {
		page := s.flow("prompt", "none", "id_token_hint", hint).ask(me)
		if to, _ := url.Parse(page.Location()); to.Query().Get("error") == "" || to.Query().Get("code") != "" {
			t.Errorf("a hint that is not theirs: %d %s", page.Status, page.Location())
		}
	}
}
