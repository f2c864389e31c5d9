// SPDX-License-Identifier: Apache-2.0

package sso_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// TestSignIn is a sign-in at another site from its first page to what it knows,
// by somebody who is not signed in yet.
func TestSignIn(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		s := newSite(t, e, nil, "profile", "assurance", "capacity", "phone", "national_code")
		p := e.Person(apptest.Plaintiff)
		c := e.Anonymous()
		at := s.start(c)
		if !strings.HasPrefix(at.local(e), "/login?next=%2Foidc%2Fconsent%2F") {
			t.Fatalf("not asked to sign in: %s", at.url)
		}
		c.Get(at.local(e)).Want(200).Submit("/login", "national_code", p.NationalCode, "password", apptest.Password)
		page := c.Get("/login/code").Want(200).Submit("/login/code", "code", e.Code(p.Mobile)).Want(200)
		for _, words := range []string{"Sign in to Law library?", "Example University", "127.0.0.1", p.Name(), "This site is new", "Your first and last name"} {
			if !strings.Contains(page.Body, words) {
				t.Errorf("the page of consent does not say %q", words)
			}
		}
		if form, _ := page.Form(page.Path); form.Has("phone") || form.Has("national_code") {
			t.Errorf("something sensitive is ticked already: %v", form)
		}
		at.url = e.URL + page.Path
		s.say(c, at, "allow", "national_code") // and not the mobile number
		if s.tokens == nil {
			t.Fatalf("not signed in: %q", s.failure)
		}
		claims := s.tokens.IDTokenClaims
		if claims.AuthenticationContextClassReference != "urn:tarazu:acr:1" || claims.AuthTime.AsTime().IsZero() || s.tokens.RefreshToken != "" {
			t.Errorf("acr %q, auth_time %v, refresh token %t", claims.AuthenticationContextClassReference, claims.AuthTime.AsTime(), s.tokens.RefreshToken != "")
		}
		for _, secret := range []string{p.NationalCode, p.FirstName, p.Mobile, p.ID, p.JudicialID} {
			if strings.Contains(claims.Subject, secret) || strings.Contains(s.tokens.IDToken, secret) {
				t.Error("the ID token tells who the person is")
			}
		}
		info := s.userinfo(s.tokens.AccessToken)
		if info["sub"] != claims.Subject || info["name"] != p.Name() || info["national_code"] != p.NationalCode || info["assurance_level"] != 1.0 {
			t.Errorf("the site knows %v", info)
		}
		if info["phone_number"] != nil {
			t.Error("the site knows the number that was not allowed")
		}
		if k, ok := info["capacity"].(map[string]any); !ok || k["role"] != "citizen" {
			t.Errorf("capacity %v", info["capacity"])
		}

		// The second time nobody is asked, and the subject is the same.
		before := claims.Subject
		s.signIn(c)
		if s.tokens.IDTokenClaims.Subject != before || s.userinfo(s.tokens.AccessToken)["phone_number"] != nil {
			t.Error("the second sign-in is another person's, or tells more")
		}

		// The person sees it all, and nobody else.
		account := c.Get("/account").Want(200)
		for _, words := range []string{"کتابخانه‌ی حقوق", "the site got a token", "What you allowed the site to know"} {
			if !strings.Contains(account.Body, words) {
				t.Errorf("the account does not say %q", words)
			}
		}
		log, err := e.App.Identity.Accesses(t.Context(), p.ID)
		must(t, err)
		if len(log) != 4 { // two tokens, two readings
			t.Errorf("%d accesses are recorded", len(log))
		}
		if apps := c.Get("/account/apps").Want(200); !strings.Contains(apps.Body, "Law library") || !strings.Contains(apps.Body, "Your national code") || strings.Contains(apps.Body, "Your mobile number") {
			t.Error("the list of sites is not right")
		}
		if strings.Contains(e.As(apptest.Stranger).Get("/account/apps").Body, "Law library") {
			t.Error("somebody else sees the site")
		}

		// Ended: at the next call, not when the token runs out.
		c.Get("/account/apps").Submit("/account/apps/end", "site", s.client.ID).Want(200)
		if s.userinfo(s.tokens.AccessToken) != nil {
			t.Error("the site still reads")
		}
		if at := s.start(c); !strings.HasPrefix(at.local(e), "/oidc/consent/") {
			t.Errorf("not asked again: %s", at.url)
		}
	})
}

// TestCapacity: a site learns in which capacity somebody signed in, as long as
// it holds.
func TestCapacity(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	s := newSite(t, e, nil, "capacity")
	s.signIn(e.As(apptest.Lawyer))
	role := func() any { return s.userinfo(s.tokens.AccessToken)["capacity"].(map[string]any)["role"] }
	if role() != "lawyer" {
		t.Fatalf("the capacity is %v", role())
	}
	who := e.Person(apptest.Lawyer)
	all, err := e.App.Identity.Capacities(t.Context(), who.ID)
	must(t, err)
	i := slices.IndexFunc(all, func(k identity.Capacity) bool { return k.Role == policy.Lawyer })
	must(t, e.App.Identity.EndCapacity(t.Context(), system, who.ID, all[i].ID, "the licence is over"))
	if role() != "citizen" {
		t.Errorf("the capacity is over and still told: %v", role())
	}
}
