// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// TestKeyboard signs in, files a claim, pays and signs without a mouse: what is
// needed is reached with Tab, can be seen when it is, and works with the keys.
func TestKeyboard(t *testing.T) {
	t.Parallel()
	w, c := boot(t), chromium(t)
	l := look{i18n.FA, "light", desktop, true}
	me, other := w.resident("آیدا", "فرهمند", "رستم", l.lang), w.resident("کیوان", "بهادری", "جلال", l.lang)
	b := w.plain(t, c, l)
	b.visit("/login")
	b.keys(kb.Tab)
	if skip := ask[string](b, `document.activeElement.className`); skip != "skip" {
		t.Errorf("the first Tab leads to %q, not past the head of the page", skip)
	}
	b.goTo(`[name="national_code"]`)
	b.insert(b.typed(me.code))
	b.goTo(`[name="password"]`)
	b.insert(password)
	seen := len(w.messages(me))
	b.enterKey()
	b.at("/login/code")
	b.goTo(`[name="code"]`)
	b.insert(b.typed(w.code(t, me, seen)))
	b.enterKey()
	b.at("/home")
	b.hit(b.p.T("filing.home.new"))
	b.hit(b.title("petition-debt"))

	b.option("plaintiff_province", "tehran")
	b.option("plaintiff_county", "tehran")
	b.typeIn("plaintiff_address", "تهران، خیابان آزادی، کوچهٔ نسترن، پلاک ۱۲")
	b.hit(b.p.T("filing.continue"))
	b.radio("defendant_kind", "person")
	b.typeIn("defendant_national_code", b.typed(other.code))
	b.typeIn("defendant_first_name", other.first)
	b.typeIn("defendant_last_name", other.last)
	b.radio("defendant_abroad", "no")
	b.radio("defendant_address_unknown", "no")
	b.option("defendant_province", "tehran")
	b.option("defendant_county", "tehran")
	b.typeIn("defendant_address", "تهران، خیابان ولیعصر، کوچهٔ بهار، پلاک ۷")
	b.radio("defendant_more", "no")
	b.hit(b.p.T("filing.continue"))
	b.hit(b.p.T("filing.continue")) // nothing answered: the summary has the focus
	b.refused("amount", "evidence_kind", "debt_date", "late_damages")
	b.keys(kb.Tab)
	b.returnKey() // its first link leads to the field
	wait(t, "the link to the first fault to lead to it", func() bool { return ask[string](b, `(document.activeElement || {}).name || ""`) == "amount" })
	b.visible()
	b.insert("۲۴۰۰۰۰۰۰۰۰")
	b.radio("evidence_kind", "contract")
	b.typeIn("debt_date.day", "۱۶")
	b.option("debt_date.month", "10")
	b.typeIn("debt_date.year", "۱۴۰۳")
	b.radio("late_damages", "yes")
	b.hit(b.p.T("filing.continue"))
	b.typeIn("narrative", debt(other).story)
	b.hit(b.p.T("filing.continue"))
	b.typeIn("evidence_list", debt(other).evidence)
	b.hit(b.p.T("filing.continue"))
	b.hit(b.p.T("filing.check.to_pay"))
	b.hit(b.p.T("payment.begin"))
	b.hit(b.p.T("payment.to_bank"))
	b.hit(bankWords(l.lang).pay)
	seen = len(w.messages(me))
	b.hit(b.p.T("filing.sign.send"))
	b.typeIn("code", b.typed(w.code(t, me, seen)))
	b.enterKey()
	b.sees(b.p.T("filing.done.title"))
}

// keys presses keys one after the other.
func (b *tab) keys(list ...string) {
	b.Helper()
	b.cost.keys += len(list)
	b.call("keys", func(ctx context.Context) error {
		return chromedp.Do(ctx, chromedp.KeyEvent(strings.Join(list, "")))
	})
}

// goTo presses Tab until what matches has the focus, and looks on the way
// whether the focus can be seen.
func (b *tab) goTo(selector string) {
	b.Helper()
	var way []string
	for range 150 {
		if ask[bool](b, `document.activeElement.matches($1)`, selector) {
			b.visible()
			return
		}
		b.keys(kb.Tab)
		at := ask[string](b, `(() => { const e = document.activeElement; e.dataset.step = e.dataset.step || String(Math.random()); return e.dataset.step; })()`)
		if slices.Contains(way, at) && ask[bool](b, `document.activeElement !== document.body`) && len(way) > 3 && way[len(way)-1] == at {
			b.Fatalf("%s at %s: Tab does not leave %s", b.look, b.path(), ask[string](b, `document.activeElement.outerHTML.slice(0, 160)`))
		}
		way = append(way, at)
	}
	b.Fatalf("%s at %s: Tab never comes to %s:\n%s", b.look, b.path(), selector, b.text())
}

// visible requires that the focus is on the screen and drawn.
func (b *tab) visible() {
	b.Helper()
	if wrong := ask[string](b, `(() => { const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();
		if (r.bottom <= 0 || r.top >= innerHeight) return "not on the screen: " + e.outerHTML.slice(0, 120);
		const next = e.nextElementSibling ? getComputedStyle(e.nextElementSibling) : s;
		const drawn = (x) => (x.outlineStyle !== "none" && parseFloat(x.outlineWidth) >= 2) || x.boxShadow !== "none";
		return drawn(s) || drawn(next) ? "" : "not drawn: " + e.outerHTML.slice(0, 120); })()`); wrong != "" {
		b.Errorf("%s at %s: the focus is %s", b.look, b.path(), wrong)
	}
}

// hit goes to the button or link with these words and presses Enter.
func (b *tab) hit(label string) {
	b.Helper()
	if !ask[bool](b, `(() => { const norm = (s) => s.replace(/\s+/g, " ").trim();
		for (const e of document.querySelectorAll("main a[href], main button")) if (e.getClientRects().length && (norm(e.textContent) === $1)) { e.dataset.goal = "1"; return true; }
		return false; })()`, label) {
		b.Fatalf("%s at %s: no “%s”:\n%s", b.look, b.path(), label, b.text())
	}
	b.goTo(`[data-goal="1"]`)
	b.enterKey()
}

// enterKey presses Enter and waits for the page that comes.
func (b *tab) enterKey() {
	b.Helper()
	ask[bool](b, `window.leaving = true`)
	b.cost.pages++
	b.returnKey()
	b.arrived()
}

// returnKey presses Enter as a keyboard does, without a pause between the key
// and its character: where the key moves the focus, they would fall apart.
func (b *tab) returnKey() {
	b.Helper()
	b.cost.keys++
	for _, typ := range []input.DispatchKeyEventType{"keyDown", "keyUp"} {
		b.call("Enter", func(ctx context.Context) error {
			p := input.DispatchKeyEventParams{Type: typ, Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 13}
			if typ == "keyDown" {
				p.Text = "\r"
			}
			_, err := chromedp.Call(ctx, input.DispatchKeyEvent, p)
			return err
		})
	}
}

func (b *tab) typeIn(name, value string) {
	b.Helper()
	b.goTo(`[name="` + name + `"]`)
	ask[bool](b, `(() => { document.activeElement.select(); return true; })()`)
	b.insert(value)
	if got := b.value(name); strings.ReplaceAll(got, "\r\n", "\n") != value {
		b.Errorf("%s: %s holds %q after typing %q", b.look, name, got, value)
	}
}

// radio chooses with the arrow keys, or with the space bar where nothing was
// chosen yet.
func (b *tab) radio(name, value string) {
	b.Helper()
	b.goTo(`input[name="` + name + `"]`)
	b.keys(" ")
	for range 10 {
		b.still()
		if b.value(name) == value {
			b.visible()
			return
		}
		b.keys(kb.ArrowDown)
	}
	b.Fatalf("%s at %s: the keys do not choose %q of %s", b.look, b.path(), value, name)
}

// option chooses in a list with the arrow keys.
func (b *tab) option(name, value string) {
	b.Helper()
	b.goTo(`select[name="` + name + `"]`)
	n := ask[int](b, `[...document.activeElement.options].findIndex((o) => o.value === $1) - document.activeElement.selectedIndex`, value)
	key := kb.ArrowDown
	if n < 0 {
		n, key = -n, kb.ArrowUp
	}
	for range n {
		b.keys(key)
	}
	b.still()
	if got := b.value(name); got != value {
		b.Errorf("%s: after %s arrow keys %s is %q", b.look, strconv.Itoa(n), name, got)
	}
}

// TestZoom: at twice the size, and on the narrowest screens that WCAG 1.4.10
// names, nothing has to be pushed from side to side.
func TestZoom(t *testing.T) {
	t.Parallel()
	w, c := boot(t), chromium(t)
	for _, lang := range i18n.Langs() {
		t.Run(string(lang), func(t *testing.T) {
			t.Parallel()
			me, other := w.resident("رعنا", "سپهری", "تورج", lang), w.resident("بردیا", "صمدی", "اردشیر", lang)
			clerk := w.post("ناهید", "دفتری", "clerk", civilCourt, "", lang)
			f := w.file(t, me, "petition-debt", against("defendant", other))
			g := w.file(t, me, "declaration-debt", against("addressee", other))
			b, k := w.plain(t, c, look{lang, "light", desktop / 2, true}), w.plain(t, c, look{lang, "light", desktop / 2, true})
			b.signIn(me)
			k.takeOffice(clerk)
			for _, x := range []struct {
				b     *tab
				paths []string
			}{
				{b, []string{"/", "/register", "/verify", "/home", "/filings/new", "/filings/" + f.ID + "/done", "/filings/" + f.ID + "/paper", "/cases", "/cases/" + f.Case, "/inbox", "/account"}},
				{k, []string{"/court", "/court/filings/" + g.ID, "/cases", "/cases/" + g.Case, "/cases/" + g.Case + "/notices/new?kind=other"}},
			} {
				for _, width := range []int64{desktop / 2, 320} {
					x.b.look.width = width
					x.b.view(width, 600, 1)
					for _, path := range x.paths {
						x.b.visit(path)
						if x.b.status() != 200 {
							t.Errorf("%s answers %d", path, x.b.status())
						}
						facts := ask[facts](x.b, jsFacts, width, w.base)
						if facts.Width > width || len(facts.Wide) > 0 {
							t.Errorf("%s at %d in %s stands out, %d wide: %s", path, width, lang, facts.Width, strings.Join(facts.Wide, "\n\t"))
						}
					}
				}
			}
		})
	}
}
