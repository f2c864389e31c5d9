// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"os"
	"strings"
	"testing"
)

// TestCapacities enters as every main character of the demo country, who together hold
// every capacity, and opens what their menu offers.
func TestCapacities(t *testing.T) {
	t.Parallel()
	w, c := boot(t), chromium(t)
	all := looks()
	for i, name := range []string{
		"سارا نوری", "محمد یزدانی", "حمید رفیعی", "علی منصوری", "طوبی میرزایی", "پروانه سلطانی", "منیژه توکلی", "سامان وثوقی", "شیما کیانی",
		"نیما تهرانی", "آنا وبر", "شهرام فلاحی", "یاسمن رهنما", "آیدین پارسا", "نسرین بهروزی", "بابک نیک‌نام", "مینا صالحی", "جمال فرزانه", "هما صفوی",
		"فرهاد کامرانی", "شیرین پاکدل",
	} {
		for k, l := range all {
			if os.Getenv("TARAZU_TEST_FULL") == "" && k != i%len(all) {
				continue
			}
			t.Run(strings.ReplaceAll(name+" "+l.String(), " ", "-"), func(t *testing.T) {
				t.Parallel()
				b := w.open(t, c, l)
				b.enter(name)
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
