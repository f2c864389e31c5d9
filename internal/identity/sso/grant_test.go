// SPDX-License-Identifier: Apache-2.0

package sso_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/sso"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// refresh exchanges a refresh token; ok is false if it is worth nothing.
func (s *site) refresh(token string) (access, next string, ok bool) {
	s.t.Helper()
	status, body := s.post("/oidc/token", "grant_type", "refresh_token", "refresh_token", token)
	if status != http.StatusOK {
		if status != http.StatusBadRequest || body["error"] != "invalid_grant" {
			s.t.Fatalf("refresh: %d %v", status, body)
		}
		return "", "", false
	}
	return body["access_token"].(string), body["refresh_token"].(string), true
}

// active asks the provider what a token is worth.
func (s *site) active(token string) bool {
	s.t.Helper()
	status, body := s.post("/oidc/introspect", "token", token)
	if status != http.StatusOK {
		s.t.Fatalf("introspect: %d %v", status, body)
	}
	return body["active"] == true
}

// TestRefresh: each use replaces the token; a second use of one ends it all.
func TestRefresh(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		s := newSite(t, e, nil, "profile", "offline_access")
		c := e.As(apptest.Plaintiff)
		s.signIn(c)
		if s.tokens.RefreshToken != "" {
			t.Fatal("a refresh token without the person's word")
		}
		c.Get("/account/apps").Submit("/account/apps/end", "site", s.client.ID)
		s.signIn(c, "offline_access")
		first, one := s.tokens.AccessToken, s.tokens.RefreshToken
		e.Clock.Advance(11 * time.Minute)
		if s.userinfo(first) != nil || s.active(first) {
			t.Error("an access token outlives its minutes")
		}
		access, two, ok := s.refresh(one)
		if !ok || two == one || s.userinfo(access)["sub"] != s.tokens.IDTokenClaims.Subject {
			t.Fatalf("not refreshed: %t, %v", ok, s.userinfo(access))
		}
		if !s.active(two) || s.active(one) {
			t.Errorf("the new one is good: %t, the old one: %t", s.active(two), s.active(one))
		}
		if _, _, ok := s.refresh(one); ok {
			t.Error("a refresh token is good twice")
		}
		if _, _, ok := s.refresh(two); ok || s.userinfo(access) != nil {
			t.Error("after a token came twice its grant goes on")
		}

		// Two at once: one gets it, and then nobody has it.
		s.signIn(c)
		var wg sync.WaitGroup
		var mu sync.Mutex
		good := 0
		for range 4 {
			wg.Go(func() {
				if status, _ := s.post("/oidc/token", "grant_type", "refresh_token", "refresh_token", s.tokens.RefreshToken); status == http.StatusOK {
					mu.Lock()
					good++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if good != 1 {
			t.Errorf("%d of four at once were refreshed", good)
		}
		if s.userinfo(s.tokens.AccessToken) != nil {
			t.Error("the grant goes on")
		}

		// An unused one ends after a month, a grant after its half year however
		// much it is used.
		s.signIn(c)
		token := s.tokens.RefreshToken
		for range 8 {
			e.Clock.Advance(25 * 24 * time.Hour)
			if _, token, ok = s.refresh(token); !ok {
				break
			}
		}
		if ok {
			t.Error("a grant goes on for ever")
		}
	})
}

// TestEnds: what a site was given ends with the token, the site, the password
// and the person's word, at the next call.
func TestEnds(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		s := newSite(t, e, nil, "profile", "offline_access")
		other := newSite(t, e, nil, "profile", "offline_access")
		c := e.As(apptest.Plaintiff)
		fresh := func() { t.Helper(); s.signIn(c, "offline_access") }
		dead := func(why string) {
			t.Helper()
			if s.userinfo(s.tokens.AccessToken) != nil || s.active(s.tokens.AccessToken) || s.active(s.tokens.RefreshToken) {
				t.Errorf("%s: the site still has something", why)
			}
			if _, _, ok := s.refresh(s.tokens.RefreshToken); ok {
				t.Errorf("%s: the site gets more", why)
			}
		}
		fresh()
		// Another site can do nothing with it, nor end it.
		if other.active(s.tokens.AccessToken) || other.active(s.tokens.RefreshToken) {
			t.Error("another site is told what a token is worth")
		}
		if status, _ := other.post("/oidc/token", "grant_type", "refresh_token", "refresh_token", s.tokens.RefreshToken); status != http.StatusBadRequest {
			t.Errorf("another site refreshes: %d", status)
		}
		for _, token := range []string{s.tokens.AccessToken, s.tokens.RefreshToken} {
			if status, _ := other.post("/oidc/revoke", "token", token); status == http.StatusOK {
				t.Error("another site revokes")
			}
		}
		if !s.active(s.tokens.AccessToken) || !s.active(s.tokens.RefreshToken) {
			t.Error("another site has ended it")
		}
		if status, _ := s.post("/oidc/revoke", "token", s.tokens.AccessToken); status != http.StatusOK || s.userinfo(s.tokens.AccessToken) != nil || !s.active(s.tokens.RefreshToken) {
			t.Error("revoking an access token")
		}
		if status, _ := s.post("/oidc/revoke", "token", s.tokens.RefreshToken); status != http.StatusOK {
			t.Error("revoking a refresh token")
		}
		dead("revoked")
		if status, _ := s.post("/oidc/revoke", "token", "nonsense"); status != http.StatusOK {
			t.Error("what is no token is none any more")
		}

		fresh()
		e.Clock.Advance(time.Second)
		must(t, e.App.DB.Write(t.Context(), func(tx *store.Tx) error {
			return tx.ExecOne(t.Context(), "UPDATE identity_person SET password_us = $2 WHERE id = $1", e.Person(apptest.Plaintiff).ID, store.At(tx.Now()))
		}))
		dead("a renewed password")

		fresh()
		must(t, e.App.SSO.EndClient(t.Context(), system, s.client.ID))
		if s.userinfo(s.tokens.AccessToken) != nil {
			t.Error("the site is shut out and still reads")
		}
		if at := s.start(c); at.status != http.StatusBadRequest || !strings.Contains(at.body, "not registered") {
			t.Errorf("a site that is shut out: %d at %s", at.status, at.url)
		}
		if err := e.App.SSO.EndClient(t.Context(), e.Actor(apptest.Clerk), other.client.ID); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a clerk shuts a site out: %v", err)
		}
	})
}

// TestPairwise: two sites know one person by two names, sites of one sector by
// the same.
func TestPairwise(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	sector := func(name string) func(*sso.Client) { return func(c *sso.Client) { c.Sector = name } }
	a, b, c := newSite(t, e, sector("one.example")), newSite(t, e, sector("one.example")), newSite(t, e, sector("two.example"))
	for _, s := range []*site{a, b, c} {
		s.signIn(e.As(apptest.Plaintiff))
	}
	subject := func(s *site) string { return s.tokens.IDTokenClaims.Subject }
	if subject(a) != subject(b) || subject(a) == subject(c) {
		t.Errorf("subjects %s %s %s", subject(a), subject(b), subject(c))
	}
	before := subject(a)
	a.signIn(e.As(apptest.Defendant))
	if subject(a) == before {
		t.Error("two people are one")
	}
}

// TestStepUp: a site that asks for more proof than there is gets nobody, and
// the person is told what to do; with the proof it goes on.
func TestStepUp(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	s := newSite(t, e, nil)
	c := e.As(apptest.Plaintiff)
	s.signIn(c)
	two := []string{"acr_values", "urn:tarazu:acr:2 urn:tarazu:acr:3 urn:other:9"}
	at := s.start(c, two...)
	if !strings.Contains(at.body, "surer proof") || !strings.Contains(at.body, `href="/account/level?`) {
		t.Fatalf("%s does not say what is missing", at.url)
	}
	s.say(c, at, "deny")
	if s.failure != "unmet_authentication_requirements" {
		t.Errorf("the site is told %q", s.failure)
	}
	if s.start(c, append(two, "prompt", "none")...); s.failure != "unmet_authentication_requirements" {
		t.Errorf("the site is told %q", s.failure)
	}
	at = s.start(c, two...)
	if p := c.PostForm(at.local(e), "say", "allow"); p.Header.Get("Refresh") != "" {
		t.Error("a form of one's own goes past the level")
	}
	must(t, e.App.DB.Write(t.Context(), func(tx *store.Tx) error {
		return e.App.Identity.AddProofTx(t.Context(), tx, identity.Proof{Person: e.Person(apptest.Plaintiff).ID, Way: identity.ByOffice, At: tx.Now()})
	}))
	surf(c, at.url)
	if s.tokens == nil || s.tokens.IDTokenClaims.AuthenticationContextClassReference != "urn:tarazu:acr:3" {
		t.Fatalf("not signed in with the proof: %q", s.failure)
	}
}

// TestAgain: prompt=login, max_age and prompt=none.
func TestAgain(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	s := newSite(t, e, nil)
	if s.start(e.Anonymous(), "prompt", "none"); s.failure != "login_required" {
		t.Errorf("nobody is signed in: %q", s.failure)
	}
	c := e.As(apptest.Lawyer)
	if s.start(c, "prompt", "none"); s.failure != "consent_required" {
		t.Errorf("nobody was asked: %q", s.failure)
	}
	s.signIn(c)
	if s.start(c, "prompt", "none"); s.tokens == nil {
		t.Errorf("silently: %q", s.failure)
	}
	e.Clock.Advance(10 * time.Minute)
	c.Get("/capacity").Submit("/capacity", "capacity", "citizen") // proves nothing anew
	if s.start(c, "max_age", "3600"); s.tokens == nil {
		t.Errorf("ten minutes are not an hour: %q", s.failure)
	}
	if s.start(c, "max_age", "60", "prompt", "none"); s.failure != "login_required" {
		t.Errorf("ten minutes are more than one: %q", s.failure)
	}
	for _, more := range [][]string{{"max_age", "60"}, {"prompt", "login"}} {
		at := s.start(c, more...)
		if !strings.Contains(at.body, "Sign in again") {
			t.Fatalf("%v: not asked to sign in: %s", more, at.url)
		}
		if p := c.PostForm(at.local(e), "say", "allow"); p.Header.Get("Refresh") != "" {
			t.Errorf("%v: a form of one's own goes past it", more)
		}
		p := e.Person(apptest.Lawyer)
		c.Get(at.local(e)).Submit(at.local(e)+"/again").Want(200).
			Submit("/login", "national_code", p.NationalCode, "password", apptest.Password).
			Submit("/login/code", "code", e.Code(p.Mobile)).Want(200) // to the choice of a capacity
		page := c.PostForm("/capacity", "capacity", "citizen")
		if page.Location() != at.local(e) {
			t.Fatalf("after signing in to %s", page.Location())
		}
		surf(c, at.url)
		if s.tokens == nil {
			t.Fatalf("%v: %q", more, s.failure)
		}
		e.Clock.Advance(10 * time.Minute)
	}
	// An ID token of somebody else does for nobody but them.
	hint := s.tokens.IDToken
	if s.start(c, "prompt", "none", "id_token_hint", hint); s.tokens == nil {
		t.Errorf("the same person: %q", s.failure)
	}
	if s.start(e.As(apptest.Defendant), "prompt", "none", "id_token_hint", hint); s.failure != "login_required" {
		t.Errorf("another person: %q", s.failure)
	}
}
