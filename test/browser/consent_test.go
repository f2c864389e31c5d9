// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/tarazu/tarazu/internal/identity/sso"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// consent: a site of somebody else sends a person to us; they see who asks for
// what, leave something out, are back at the site, and end it later.
func consent(t *testing.T, w *world, c context.Context, l look) {
	me := w.resident("پگاه", "کتابدوست", "نادر", l.lang)
	codes := make(chan string, 8)
	site := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if code := r.URL.Query().Get("code"); code != "" {
			codes <- code
		}
		rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(rw, `<!doctype html><link rel="icon" href="data:,"><title>library</title><p>library `+r.URL.Query().Get("error"))
	}))
	t.Cleanup(site.Close)
	client, _, err := w.app.SSO.AddClient(t.Context(), policy.Actor{Role: policy.System}, sso.Client{
		NameFA: "کتابخانهٔ حقوق", NameEN: "Law library", OwnerFA: "دانشگاه نمونه", OwnerEN: "Example University",
		Redirects: []string{site.URL + "/callback"}, Scopes: sso.Scopes(), Public: true,
	})
	must(t, err)
	proof := sha256.Sum256([]byte("a verifier of forty-three characters or more, to be kept"))
	ask := w.base + "/oidc/authorize?" + url.Values{
		"client_id": {client.ID}, "response_type": {"code"}, "redirect_uri": {site.URL + "/callback"}, "scope": {"openid profile phone"},
		"state": {"s"}, "nonce": {"n"}, "code_challenge": {base64.RawURLEncoding.EncodeToString(proof[:])}, "code_challenge_method": {"S256"},
	}.Encode()

	b := w.open(t, c, l)
	b.visit(ask)
	b.at("/login") // and then on
	b.fill("national_code", b.typed(me.code))
	b.fill("password", password)
	seen := len(w.messages(me))
	b.press(b.p.T("identity.login.go"))
	b.fill("code", b.typed(w.code(t, me, seen)))
	b.press(b.p.T("identity.code.go"))
	b.at("/oidc/consent/")
	b.sees(client.Name(l.lang), client.Owner(l.lang), me.name(), b.p.T("identity.sso.scope.profile"))
	b.inspect("consent")
	b.press(b.p.T("identity.sso.consent.deny"))
	b.backAt(site.URL)

	b.visit(ask)
	b.press(b.p.T("identity.sso.consent.allow"))
	b.backAt(site.URL)
	select {
	case <-codes:
	case <-time.After(patience):
		t.Fatalf("%s: the site got no code", l)
	}
	b.visit("/account/apps")
	b.sees(client.Name(l.lang), client.Owner(l.lang), b.p.T("identity.sso.scope.profile"))
	b.inspect("apps")
	b.press(b.p.T("identity.sso.apps.end"))
	b.sees(b.p.T("identity.sso.apps.ended"), b.p.T("identity.sso.apps.none"))
	b.inspect("apps-none")
	b.visit(ask)
	b.at("/oidc/consent/") // it is asked again
}

// backAt waits until the browser is at another site.
func (b *tab) backAt(site string) {
	b.Helper()
	wait(b.T, "the way back to the site", func() bool {
		at, err := try[string](b, `document.readyState === "complete" ? location.origin : ""`)
		return err == nil && at == site
	})
	b.takeTroubles()
}

// ways: somebody adds an app and recovery codes, signs in with each, and takes
// the app away again.
func ways(t *testing.T, w *world, c context.Context, l look) {
	me := w.resident("ارغوان", "کلیدی", "ایوب", l.lang)
	b := w.open(t, c, l)
	b.signIn(me)
	b.at("/home")
	b.visit("/account/ways")
	b.inspect("ways")
	b.press(b.p.T("identity.ways.app_add"))
	b.at("/account/ways/app")
	b.inspect("ways-app")
	b.unfold(b.p.T("identity.app.by_hand"))
	secret := ask[string](b, `document.querySelector("main details [dir=ltr], main details bdi").textContent.trim()`)
	// A step counts once: the code of the one before is used up first.
	shown := func(ago time.Duration) string {
		code, err := totp.GenerateCode(secret, w.app.Clock.Now().Add(-ago))
		must(t, err)
		return b.typed(code)
	}
	b.fill("code", b.typed("000000"))
	b.press(b.p.T("identity.app.go"))
	b.refused("code")
	b.fill("code", shown(30*time.Second))
	b.press(b.p.T("identity.app.go"))
	b.at("/account/ways")
	b.sees(b.p.T("identity.ways.app_added"), b.p.T("identity.ways.app_on"))
	b.inspect("ways-with-app")
	b.press(b.p.T("identity.ways.recovery_make"))
	b.sees(b.p.T("identity.recovery.made"))
	b.inspect("ways-recovery")
	code := ask[string](b, `document.querySelector("main ol li").textContent.trim()`)

	b.leave()
	b.half(me)
	b.sees(b.p.T("identity.app.title"))
	b.inspect("login-app")
	b.fill("code", shown(0))
	b.press(b.p.T("identity.code.go"))
	b.at("/home")

	b.leave()
	b.half(me)
	b.press(b.p.T("identity.recovery.use"))
	b.at("/login/recovery")
	b.inspect("login-recovery")
	b.fill("code", code)
	b.press(b.p.T("identity.code.go"))
	b.at("/account/ways")
	b.press(b.p.T("identity.ways.app_end"))
	b.sees(b.p.T("identity.ways.app_ended"))
	b.visit("/account")
	b.inspect("account-ways-used")
}

// half signs in up to the second proof.
func (b *tab) half(s someone) {
	b.Helper()
	b.visit("/login")
	b.fill("national_code", b.typed(s.code))
	b.fill("password", password)
	b.press(b.p.T("identity.login.go"))
	b.at("/login/code")
}
