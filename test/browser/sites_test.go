// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"context"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// sites: an administrator begins at the desk, registers a site of somebody else
// and shuts it out again.
func sites(t *testing.T, w *world, c context.Context, l look) {
	admin := w.admin(t, "آرش", "نگهبان", l.lang)
	b := w.open(t, c, l)
	b.takeOffice(admin)
	b.at("/admin")
	b.inspect("admin-desk")
	b.press(b.p.T("app.nav.sites"))
	b.at("/admin/sites")
	b.inspect("sites")
	b.press(b.p.T("identity.sites.add"))
	b.refused("name_fa", "name_en", "owner_fa", "owner_en")
	b.inspect("sites-refused")
	name, english := "سامانهٔ پروانه‌های "+w.app.Words.Printer(i18n.FA).Digits(l.String()), "Permits of the city "+l.String()
	b.fill("name_fa", name)
	b.fill("name_en", english)
	b.fill("owner_fa", "شهرداری نمونه")
	b.fill("owner_en", "Example Municipality")
	b.fill("redirects", "https://permits.example/callback")
	b.press(b.p.T("identity.sites.add"))
	b.sees(b.p.T("identity.sites.made"), b.p.T("identity.sites.once"))
	b.inspect("site-made")
	if secret := ask[string](b, `document.querySelector(".confirm-code bdi").textContent`); len(secret) < 20 {
		t.Errorf("%s: the secret is %q", l, secret)
	}
	b.press(b.p.T("identity.sites.back"))
	b.at("/admin/sites")
	shown := english
	if l.lang == i18n.FA {
		shown = name
	}
	b.sees(shown)
	b.inspect("sites-one")
	b.pressIn(shown, b.p.T("identity.sites.end"))
	b.sees(b.p.T("identity.sites.ended"), b.p.T("identity.sites.shut"))
	b.inspect("sites-shut")
}
