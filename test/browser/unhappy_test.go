// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// TestUnhappyWays are the ways on which people are lost elsewhere: slips,
// second thoughts, failures of others. Each ends where the person wanted to go.
func TestUnhappyWays(t *testing.T) {
	t.Parallel()
	w, c := boot(t), chromium(t)
	for _, x := range []struct {
		name string
		look look
		run  func(t *testing.T, w *world, c context.Context, l look)
	}{
		{"wrong codes and Arabic digits", look{i18n.FA, "light", phone, true}, wrongCodes},
		{"garbage in every field", look{i18n.FA, "dark", phone, true}, garbage},
		{"garbage in every field without script", look{i18n.EN, "light", desktop, false}, garbage},
		{"double click", look{i18n.FA, "light", desktop, false}, doubleClick},
		{"double click with script", look{i18n.EN, "light", phone, true}, doubleClick},
		{"old tabs and the back button", look{i18n.EN, "dark", phone, true}, oldTabs},
		{"session lost while typing", look{i18n.FA, "light", phone, false}, sessionLost},
		{"language and theme keep the page", look{i18n.FA, "light", desktop, true}, switches},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			x.run(t, w, c, x.look)
		})
	}
}

// TestLatePayment moves the clock, so each of its looks has a country of its
// own: the other's move would bring the bank's answer too early.
func TestLatePayment(t *testing.T) {
	t.Parallel()
	c := chromium(t)
	for _, l := range []look{{i18n.FA, "light", phone, false}, {i18n.EN, "dark", desktop, true}} {
		t.Run(l.String(), func(t *testing.T) {
			t.Parallel()
			paying(t, boot(t), c, l)
		})
	}
}

// plain is a tab in which the common pages are not inspected again.
func (w *world) plain(t *testing.T, c context.Context, l look) *tab {
	t.Helper()
	b := w.open(t, c, l)
	b.quiet = true
	return b
}

// examine inspects a page that only comes on these ways.
func (b *tab) examine(name string) {
	b.Helper()
	b.quiet = false
	b.inspect(name)
	b.quiet = true
}

// refused requires a page that was not taken: its summary of faults leads to
// the wrong fields in their order, and with script the focus is there.
func (b *tab) refused(fields ...string) {
	b.Helper()
	if b.status() != 422 {
		b.Errorf("%s at %s: status %d", b.look, b.path(), b.status())
	}
	links := ask[string](b, `[...document.querySelectorAll(".errors a")].map((a) => document.getElementById(a.hash.slice(1)) ? a.hash : a.hash + "?").join(" ")`)
	if want := "#f-" + strings.Join(fields, " #f-"); links != want {
		b.Errorf("%s at %s: the summary leads to %q, not to %q", b.look, b.path(), links, want)
	}
	if b.look.script && !ask[bool](b, `document.activeElement.classList.contains("errors")`) {
		b.Errorf("%s at %s: the focus is on %s", b.look, b.path(), ask[string](b, `document.activeElement.outerHTML.slice(0, 100)`))
	}
}

// keeps requires that a field shows what was typed.
func (b *tab) keeps(pairs ...string) {
	b.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if got := b.value(pairs[i]); strings.ReplaceAll(got, "\r\n", "\n") != pairs[i+1] {
			b.Errorf("%s at %s: %s holds %q instead of what was typed, %q", b.look, b.path(), pairs[i], got, pairs[i+1])
		}
	}
}

func wrongCodes(t *testing.T, w *world, c context.Context, l look) {
	s := w.newcomer("لاله", "بهمنی", "یوسف")
	b := w.plain(t, c, l)
	b.visit("/register")
	b.fillWho(s)
	b.fill("national_code", arabic(s.code[:3]+"-"+s.code[3:9]+"-"+s.code[9:])) // as it stands on the card
	b.fill("mobile", arabic("+98 "+s.mobile[3:]))
	b.press(b.p.T("identity.register.go"))
	b.at("/register/code")
	code := w.code(t, s, 0)
	wrong := strings.Map(func(r rune) rune { return '0' + (r-'0'+1)%10 }, code)
	b.fill("code", arabic(wrong))
	b.press(b.p.T("identity.code.go"))
	b.refused("code")
	b.examine("register-code-wrong")
	b.fill("code", "۱۲")
	b.press(b.p.T("identity.code.go"))
	b.refused("code")
	b.fill("code", arabic(code))
	b.press(b.p.T("identity.code.go"))
	b.at("/register/password")
	b.fill("password", "12345")
	b.fill("again", "54321")
	b.press(b.p.T("identity.password.go"))
	b.refused("again")
	b.lacks("12345", "54321") // a password is never sent back
	b.examine("register-password-wrong")
	b.fill("password", password)
	b.fill("again", password)
	b.press(b.p.T("identity.password.go"))
	b.at("/register/done")

	// Somebody who registers twice is led to his account.
	d := w.plain(t, c, l)
	d.visit("/login")
	d.fill("national_code", d.typed(s.code))
	d.fill("password", "not the password")
	d.press(d.p.T("identity.login.go"))
	if d.status() != 422 || d.value("national_code") != d.typed(s.code) {
		t.Errorf("a wrong password: %d, and the code typed became %q", d.status(), d.value("national_code"))
	}
	d.examine("login-wrong")
}

// garbage types nonsense everywhere; nothing typed is lost, and the mended page
// goes on.
func garbage(t *testing.T, w *world, c context.Context, l look) {
	me := w.resident("پری", "نادری", "صفر", l.lang)
	other := w.resident("جمشید", "اکبری", "ولی", l.lang)
	b := w.plain(t, c, l)
	b.visit("/register")
	junk := []string{"national_code", "abc۱۲‌٣", "birth.day", "۳۳", "birth.year", "12x4", "mobile", "«تلفن» <b>&amp;"}
	b.fillAll(junk)
	b.press(b.p.T("identity.register.go"))
	b.refused("national_code", "birth", "mobile")
	b.keeps(junk...)
	b.examine("register-wrong")

	b.signIn(me)
	b.startPetition()
	b.next() // nothing at all
	b.refused("plaintiff_province", "plaintiff_county", "plaintiff_address")
	b.fillPlaintiff()
	b.next()
	b.fillDefendant(other)
	junk = []string{"defendant_national_code", "0000000000000", "defendant_first_name", "x", "defendant_address", "<i>کوتاه", "defendant_postal", "۱۲۳"}
	b.fillAll(junk)
	b.next()
	b.refused("defendant_national_code", "defendant_first_name", "defendant_address", "defendant_postal")
	b.keeps(junk...)
	b.keeps("defendant_last_name", other.last, "defendant_province", "tehran", "defendant_abroad", "no")
	b.examine("petition-defendant-wrong")
	b.fillDefendant(other)
	b.fill("defendant_postal", "")
	b.fill("defendant_last_name", "دیگری") // not the name of this national code
	b.next()
	b.refused("defendant_national_code")
	b.keeps("defendant_last_name", "دیگری")
	b.fillDefendant(other)
	b.next()
	junk = []string{"amount", "دو میلیون و نیم", "debt_date.day", "۳۱", "debt_date.month", "12", "debt_date.year", "۱۴۰۳"}
	b.fill("amount", junk[1])
	b.fill("debt_date.day", junk[3])
	b.choose("debt_date.month", junk[5])
	b.fill("debt_date.year", junk[7])
	b.next()
	b.refused("amount", "evidence_kind", "debt_date", "late_damages")
	b.keeps(junk...)
	b.examine("petition-claim-wrong")
	b.fillClaim(debt(other))
	b.fill("amount", "۲٬۴۰۰٬۰۰۰٬۰۰۰") // as it is printed
	b.next()
	b.fill("narrative", "کوتاه")
	b.next()
	b.refused("narrative")
	b.keeps("narrative", "کوتاه")
	b.fill("narrative", debt(other).story)
	b.press(b.p.T("filing.save_for_later"))
	b.at("/home")
	b.sees(b.p.T("filing.draft_kept"), b.p.T("filing.status.draft"))
	b.examine("home-draft")
	b.press(firstItem(b))
	b.fill("evidence_list", debt(other).evidence)
	b.next()
	b.sees(b.p.T("filing.check.title"), b.p.Money(2_400_000_000))

	// And it can be given up.
	b.unfold(b.p.T("filing.discard.summary"))
	b.press(b.p.T("filing.discard.button"))
	b.at("/home")
	b.sees(b.p.T("filing.discarded"))
}

func firstItem(b *tab) string {
	return ask[string](b, `document.querySelector("main .item-title a").textContent.trim()`)
}

func (b *tab) fillAll(pairs []string) {
	b.Helper()
	for i := 0; i < len(pairs); i += 2 {
		b.fill(pairs[i], pairs[i+1])
	}
}

// payable fills a petition up to the page of the payment.
func (w *world) payable(t *testing.T, c context.Context, l look) (*tab, someone) {
	t.Helper()
	me := w.resident("هما", "سلیمی", "اسحاق", l.lang)
	other := w.resident("سیروس", "بیات", "قدرت", l.lang)
	b := w.plain(t, c, l)
	b.signIn(me)
	b.startPetition()
	b.fillPetition(debt(other))
	b.press(b.p.T("filing.check.to_pay"))
	b.at("/payments/")
	return b, me
}

func paying(t *testing.T, w *world, c context.Context, l look) {
	b, me := w.payable(t, c, l)
	bank := bankWords(l.lang)
	b.toBank()
	b.press(bank.cancel)
	b.at("/payments/")
	b.sees(b.p.T("payment.title.cancelled"))
	b.examine("payment-cancelled")

	b.press(b.p.T("payment.begin_again"))
	b.press(b.p.T("payment.to_bank"))
	b.press(bank.leave)
	b.press(bank.back) // to our front page
	b.visit("/home")
	b.press(firstItem(b))
	b.at("/payments/")
	b.press(b.p.T("payment.to_bank")) // the same page of the bank, still open
	b.press(bank.late)
	b.at("/payments/")
	b.sees(b.p.T("payment.title.waiting"), b.p.T("payment.says.waiting"))
	b.examine("payment-waiting")
	b.press(b.p.T("payment.check"))
	b.sees(b.p.T("payment.title.waiting"))
	w.clock.SetOffset(w.clock.Offset() + 4*time.Minute)
	b.press(b.p.T("payment.check"))
	b.sees(b.p.T("payment.title.paid"))
	b.examine("payment-paid")
	b.press(b.p.T("payment.continue"))
	b.sees(b.p.T("filing.sign.paid_title"))
	b.sign(me)
	b.sees(b.p.T("filing.done.title"))
}

func doubleClick(t *testing.T, w *world, c context.Context, l look) {
	b, me := w.payable(t, c, l)
	b.toBank()
	b.press(bankWords(l.lang).pay)
	seen := len(w.messages(me))
	s := b.find(b.p.T("filing.sign.send"), "", clickable)
	b.mouse(s.X, s.Y, 2)
	code := w.code(t, me, seen)
	b.arrived()
	b.settles("/sign")
	if n := len(w.messages(me)) - seen; n != 1 {
		t.Errorf("%s: a double click sent %d codes", l, n)
	}
	b.fill("code", b.typed(code))
	s = b.find(b.p.T("filing.sign.submit"), "", clickable)
	b.mouse(s.X, s.Y, 2)
	b.settles("/done")
	b.sees(b.p.T("filing.done.title"))
	number := b.caseNumber()
	b.visit("/cases")
	b.sees(number)
	if n := ask[int](b, `document.querySelectorAll("main .item").length`); n != 1 {
		t.Errorf("%s: a double click made %d cases", l, n)
	}
}

// settles waits until a page with this end of its address is loaded.
func (b *tab) settles(suffix string) {
	b.Helper()
	wait(b.T, "a page …"+suffix, func() bool {
		there, err := try[bool](b, `location.pathname.endsWith($1) && document.readyState === "complete" && !window.leaving`, suffix)
		return err == nil && there
	})
}

// another opens a second tab of the same browser: the same cookies.
func (b *tab) another(t *testing.T) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx)
	t.Cleanup(cancel)
	return b.w.adopt(t, ctx, b.look)
}

func oldTabs(t *testing.T, w *world, c context.Context, l look) {
	b, me := w.payable(t, c, l)
	pay := b.path()
	old := b.another(t)
	old.quiet = true
	old.visit(pay)
	old.sees(b.p.T("payment.begin"))
	b.toBank()
	b.press(bankWords(l.lang).pay)
	old.press(b.p.T("payment.begin")) // has been paid in the other tab
	old.sees(b.p.T("payment.title.paid"))

	b.sign(me)
	b.sees(b.p.T("filing.done.title"))
	done := b.path()
	for range 3 {
		b.back()
	}
	if p := b.path(); p != done && b.status() >= 400 {
		t.Errorf("%s: the back button leads to %s with %d", l, p, b.status())
	}
	old.press(b.p.T("payment.continue"))
	old.sees(b.p.T("filing.done.title"))
	filing := strings.TrimSuffix(done, "/done")
	for _, path := range []string{"/pages/plaintiff", "/check", "/sign", ""} {
		old.visit(filing + path)
		old.at(done)
	}
}

func sessionLost(t *testing.T, w *world, c context.Context, l look) {
	me := w.resident("ماندانا", "رفیعی", "بیژن", l.lang)
	b := w.plain(t, c, l)
	b.signIn(me)
	b.startPetition()
	b.fillPlaintiff()
	page := b.path()
	b.call("cookies", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, network.DeleteCookies, network.DeleteCookiesParams{Name: "tarazu", URL: w.base})
		return err
	})
	b.next()
	if b.status() != 401 {
		t.Errorf("%s: a lost session is answered with %d", l, b.status())
	}
	b.sees(b.p.T("web.error.ended.title"), b.p.T("web.error.ended.kept"))
	b.examine("session-lost")
	other := b.another(t)
	other.quiet = true
	other.signIn(me)
	other.at("/home")
	b.press(b.p.T("web.error.ended.again"))
	b.at(page[:len("/filings/")])
	b.visit(page)
	b.keeps("plaintiff_address", "تهران، خیابان آزادی، کوچهٔ نسترن، پلاک ۱۲", "plaintiff_county", "tehran")
}

func switches(t *testing.T, w *world, c context.Context, l look) {
	b := w.plain(t, c, l)
	b.visit("/register")
	b.pressIn("page", b.p.T("web.theme.dark"))
	b.at("/register")
	if th := ask[string](b, `document.documentElement.dataset.theme`); th != "dark" {
		t.Errorf("theme %q", th)
	}
	b.pressIn("page", "English")
	b.at("/register")
	if lang := ask[string](b, `document.documentElement.lang + document.documentElement.dir`); lang != "enltr" {
		t.Errorf("language %q", lang)
	}
	b.sees(w.app.Words.Printer(i18n.EN).T("identity.register.title"))
}

// TestRegistryDown is an outage of the civil registry: nobody is stopped by it
// who need not be, and everybody is told whose fault it is.
func TestRegistryDown(t *testing.T) {
	t.Parallel()
	w, c := boot(t), chromium(t)
	l := look{i18n.FA, "light", phone, true}
	me := w.resident("کتایون", "جلالی", "فریدون", l.lang)
	other := w.resident("هوشنگ", "زمانی", "نصرت", l.lang)
	late := w.newcomer("تینا", "فرجی", "سعید")
	must(t, w.app.Doubles.Population.Faults().Set(sandbox.Fault{Mode: sandbox.Down, How: sandbox.Busy}))

	n := w.plain(t, c, l)
	n.visit("/register")
	n.fillWho(late)
	n.press(n.p.T("identity.register.go"))
	n.at("/register/waiting")
	n.sees(n.p.T("identity.waiting.kept"))
	n.examine("register-waiting")

	b := w.plain(t, c, l)
	b.signIn(me)
	b.startPetition()
	b.fillPetition(debt(other))
	b.sees(b.p.T("filing.check.name_pending_title"))
	b.examine("check-name-pending")
	b.press(b.p.T("filing.check.to_pay"))
	b.toBank()
	b.press(bankWords(l.lang).pay)
	b.sign(me)
	b.receiptReady(b.p.T("filing.done.receipt"))
	number := b.caseNumber()

	k := w.plain(t, c, l)
	k.enter("سارا نوری")
	k.press(number)
	k.sees(k.p.T("filing.desk.name_pending"))
	k.examine("received-name-pending")

	// The registry is back, and some time has passed.
	must(t, w.app.Doubles.Population.Faults().Set(sandbox.Fault{Mode: sandbox.OK}))
	n.visit("/demo")
	n.fill("days", "۱")
	n.pressIn("page", n.p.T("app.demo.move"))
	n.sees(n.p.T("app.demo.clock_moved"))
	invitation := ""
	wait(t, "the invitation to go on", func() bool {
		for _, m := range w.messages(late) {
			if i := strings.Index(m.Text, w.base); i >= 0 {
				invitation = strings.Fields(m.Text[i:])[0]
			}
		}
		return invitation != ""
	})
	n.visit(invitation)
	n.at("/register/continue")
	n.examine("register-continue")
	seen := len(w.messages(late))
	n.press(n.p.T("identity.ready.send"))
	n.fill("code", n.typed(w.code(t, late, seen)))
	n.press(n.p.T("identity.code.go"))
	n.at("/register/password")
	n.sees(late.name())
	n.password()
	n.at("/register/done")
}
