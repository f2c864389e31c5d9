// SPDX-License-Identifier: Apache-2.0

package sso_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/identity/sso"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// TestKeys: a key is published before it signs and stays published after; one
// that is dropped is trusted no more.
func TestKeys(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		s := newSite(t, e, nil)
		c := e.As(apptest.Plaintiff)
		published := func() (ids []string) {
			t.Helper()
			_, body := s.call(http.MethodGet, "/oidc/keys", nil, func(*http.Request) {})
			for _, k := range body["keys"].([]any) {
				key := k.(map[string]any)
				if key["d"] != nil || key["p"] != nil || key["alg"] != "RS256" || key["use"] != "sig" {
					t.Fatalf("published: %v", key)
				}
				ids = append(ids, key["kid"].(string))
			}
			return ids
		}
		if n := len(published()); n != 0 {
			t.Fatalf("%d keys before the first sign-in", n)
		}
		s.signIn(c)
		first := published()
		if len(first) != 1 {
			t.Fatalf("keys %v", first)
		}
		e.Drain()
		if n := len(published()); n != 1 {
			t.Errorf("%d keys at the beginning", n)
		}
		rows, err := store.All[string](t.Context(), e.App.DB, "SELECT sealed FROM identity_sso_key")
		must(t, err)
		if len(rows[0]) < 500 || rows[0][:4] == "MIIG" {
			t.Error("the key is not sealed")
		}
		keys := func() []sso.SigningKey {
			t.Helper()
			list, err := e.App.SSO.SigningKeys(t.Context(), system)
			must(t, err)
			return list
		}
		must(t, e.App.SSO.RotateKey(t.Context(), system, false))
		s.signIn(c)
		if both := published(); len(both) != 2 || both[0] != first[0] {
			t.Errorf("after a new key: %v", both)
		}
		now := keys()
		if now[0].Until.After(e.Clock.Now()) || now[1].Signs.After(e.Clock.Now()) || !now[0].Leaves.After(e.Clock.Now()) {
			t.Errorf("after a new key: %+v", now)
		}
		must(t, e.App.SSO.RotateKey(t.Context(), system, true))
		if one := published(); len(one) != 1 || slices.Contains(one, first[0]) {
			t.Errorf("after dropping: %v", one)
		}
		s.signIn(c)
		if err := e.App.SSO.RotateKey(t.Context(), e.Actor(apptest.Clerk), true); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a clerk drops the keys: %v", err)
		}

		// In time the next one is made, published at once, and signs when the last
		// one stops.
		e.Clock.Advance(84 * 24 * time.Hour)
		e.Drain()
		next := keys()
		if len(next) != 2 || !next[1].Signs.Equal(next[0].Until) || !next[1].Signs.After(e.Clock.Now()) {
			t.Fatalf("a week before its end: %+v", next)
		}
		e.Drain()
		if n := len(keys()); n != 2 {
			t.Errorf("%d keys", n)
		}
		e.Clock.Advance(8 * 24 * time.Hour)
		c = e.Again(apptest.Plaintiff)
		s.signIn(c)
		if n := len(keys()); n != 2 {
			t.Errorf("another key was made: %d", n)
		}
		e.Clock.Advance(31 * 24 * time.Hour)
		if n := len(keys()); n != 1 {
			t.Errorf("%d keys a month later", n)
		}
	})
}

// TestDiscovery says what is spoken and nothing else.
func TestDiscovery(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	s := newSite(t, e, nil)
	status, d := s.call(http.MethodGet, "/.well-known/openid-configuration", nil, func(*http.Request) {})
	if status != http.StatusOK || d["issuer"] != e.URL || d["response_types_supported"].([]any)[0] != "code" || len(d["response_types_supported"].([]any)) != 1 || d["subject_types_supported"].([]any)[0] != "pairwise" {
		t.Errorf("%d %v", status, d)
	}
	for _, grant := range []string{"password", "client_credentials", "urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:ietf:params:oauth:grant-type:token-exchange", "urn:ietf:params:oauth:grant-type:device_code", "implicit"} {
		if status, body := s.post("/oidc/token", "grant_type", grant); status != http.StatusBadRequest || body["error"] != "unsupported_grant_type" {
			t.Errorf("%s: %d %v", grant, status, body)
		}
	}
	if status, _ := s.post("/oidc/token?client_secret="+s.secret, "grant_type", "authorization_code"); status != http.StatusBadRequest {
		t.Error("a secret in an address")
	}
	s.secret = "wrong"
	if status, _ := s.post("/oidc/introspect", "token", "x"); status != http.StatusUnauthorized {
		t.Errorf("introspection without the secret: %d", status)
	}
}
