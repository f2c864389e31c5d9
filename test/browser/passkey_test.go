// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// authenticator gives the browser one that has checked its holder already.
func (b *tab) authenticator() webauthn.AuthenticatorID {
	b.Helper()
	var id webauthn.AuthenticatorID
	b.call("authenticator", func(ctx context.Context) error {
		if _, err := chromedp.Call(ctx, webauthn.Enable, webauthn.EnableParams{}); err != nil {
			return err
		}
		out, err := chromedp.Call(ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: "ctap2", Transport: "internal", HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		}})
		id = out.AuthenticatorID
		return err
	})
	return id
}

// holder says whether whoever holds the device passes its check from now on.
func (b *tab) holder(id webauthn.AuthenticatorID, right bool) {
	b.Helper()
	b.call("holder", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: id, IsUserVerified: right})
		return err
	})
}

// leave forgets the session, as a closed browser does. The device keeps its keys.
func (b *tab) leave() {
	b.Helper()
	b.call("cookies", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, network.ClearBrowserCookies, cdp.Empty{})
		return err
	})
	b.as(b.look)
}

// TestPasskeyInBrowser: somebody makes a passkey, leaves, and comes back with it
// alone; a hand that the device does not know gets nowhere.
func TestPasskeyInBrowser(t *testing.T) {
	t.Parallel()
	w := bootAt(t, "localhost")
	browser := chromium(t)
	for _, l := range []look{{i18n.FA, "light", phone, true}, {i18n.EN, "dark", desktop, true}} {
		me := w.resident("نرگس", "کلیددار", "رضا", l.lang)
		b := w.open(t, browser, l)
		device := b.authenticator()
		b.signIn(me)
		b.at("/home")
		b.visit("/account")
		b.inspect("account")
		b.press(b.p.T("identity.ways.manage"))
		b.at("/account/ways")
		b.inspect("account-ways")
		seen := len(w.messages(me))
		b.fill("name", "گوشی من")
		b.press(b.p.T("identity.ways.passkey_make"))
		b.sees(b.p.T("identity.ways.passkey_added"), "گوشی من")
		b.inspect("account-ways-one")
		wait(t, "the owner is told", func() bool {
			all := w.messages(me)
			return len(all) > seen && all[0].Text == b.p.T("identity.sms.alert.passkey_added")
		})

		b.leave()
		b.visit("/login")
		b.holder(device, false)
		spot := b.find(b.p.T("identity.login.passkey"), "", clickable)
		b.mouse(spot.X, spot.Y, 1)
		wait(t, "the refusal", func() bool { return strings.Contains(b.text(), b.p.T("identity.passkey.cancelled")) })
		b.at("/login")
		b.holder(device, true)
		b.press(b.p.T("identity.login.passkey"))
		b.at("/home")

		b.visit("/account/prove")
		b.inspect("account-prove")
		b.press(b.p.T("identity.prove.passkey"))
		b.at("/account/ways")
		b.press(b.p.T("identity.ways.remove"))
		b.at("/account/ways")
		b.sees(b.p.T("identity.ways.passkey_ended"))

		b.leave()
		b.visit("/login")
		b.press(b.p.T("identity.login.passkey"))
		b.sees(b.p.T("identity.passkey.refused"))
		b.inspect("login-passkey-refused")
	}
	plain := w.open(t, browser, look{i18n.FA, "light", phone, false})
	plain.visit("/login")
	if strings.Contains(plain.text(), plain.p.T("identity.login.passkey")) {
		t.Error("a button is shown that needs a script")
	}
}
