// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"os"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// TestCapacities enters as the main characters of the demo country, who together hold
// every capacity, and opens what their menu offers. The first ones have no journey of
// their own; the others are walked elsewhere and come here only in a full run.
func TestCapacities(t *testing.T) {
	t.Parallel()
	w, c := boot(t), chromium(t)
	all := looks()
	const alone = 12
	for i, name := range []string{
		"حمید رفیعی", "علی منصوری", "منیژه توکلی", "شیما کیانی", "آنا وبر", "آیدین پارسا", "نسرین بهروزی", "بابک نیک‌نام", "هما صفوی", "فرهاد کامرانی",
		"شیرین پاکدل", "جمال فرزانه",
		"سارا نوری", "محمد یزدانی", "طوبی میرزایی", "پروانه سلطانی", "سامان وثوقی", "نیما تهرانی", "شهرام فلاحی", "یاسمن رهنما", "مینا صالحی",
	} {
		for k, l := range all {
			if os.Getenv("TARAZU_TEST_FULL") == "" && (i >= alone || k != i%len(all)) {
				continue
			}
			t.Run(strings.ReplaceAll(name+" "+l.String(), " ", "-"), func(t *testing.T) {
				t.Parallel()
				b := w.open(t, c, l)
				if l.lang == i18n.EN && name == "آنا وبر" {
					b.enter("Anna Weber") // of foreign nationals the register knows the name in Latin letters
				} else {
					b.enter(name)
				}
				b.inspect("home of " + name)
				menu := ask[[]string](b, `[...document.querySelectorAll(".nav-list a")].map((a) => a.getAttribute("href"))`)
				if len(menu) == 0 {
					t.Error("there is nothing in the menu")
				}
				for _, href := range menu {
					b.visit(href)
					if s := b.status(); s != 200 {
						t.Errorf("%s answers %d", href, s)
					}
					b.inspect(strings.ReplaceAll(strings.Trim(href, "/"), "/", "-") + " of " + name)
				}
			})
		}
	}
}
