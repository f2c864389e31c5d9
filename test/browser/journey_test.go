// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"context"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
)

// looks are the ways of seeing the site that are tested: all, or so few that
// each pair of language, theme and width occurs, and each pair of script with
// language and with width.
func looks() []look {
	pictures := os.Getenv("TARAZU_TEST_SCREENSHOTS") != ""
	if os.Getenv("TARAZU_TEST_FULL") == "" && !pictures {
		return []look{
			{i18n.FA, "light", phone, true}, {i18n.FA, "dark", desktop, false},
			{i18n.EN, "light", desktop, true}, {i18n.EN, "dark", phone, false},
		}
	}
	var out []look
	for _, lang := range i18n.Langs() {
		for _, theme := range []string{"light", "dark"} {
			for _, width := range []int64{phone, desktop} {
				out = append(out, look{lang, theme, width, true})
				if !pictures {
					out = append(out, look{lang, theme, width, false})
				}
			}
		}
	}
	return out
}

// TestJourney is the whole way of one petition: from a newcomer to a notified
// defendant who has answered, provable.
func TestJourney(t *testing.T) {
	t.Parallel()
	w, c := boot(t), chromium(t)
	for _, l := range looks() {
		t.Run(strings.ReplaceAll(l.String(), " ", "-"), func(t *testing.T) {
			t.Parallel()
			journey(t, w, c, l)
		})
	}
}

func journey(t *testing.T, w *world, c context.Context, l look) {
	plaintiff := w.newcomer("نیلوفر", "صادقی", "حسین")
	defendant := w.resident("بهرام", "فتحی", "منصور", l.lang)
	p := w.open(t, c, l)
	p.register(plaintiff)
	number, kase := p.petition(plaintiff, defendant)
	w.open(t, c, l).court(number, plaintiff)
	d := w.open(t, c, l)
	d.answerClaim(defendant, plaintiff, number)
	p.afterwards(plaintiff, defendant, kase)
	w.open(t, c, l).strangers(kase, number)
}

// petition files a claim and comes back with its case number and the path of
// the case.
func (b *tab) petition(me, against someone) (number, kase string) {
	b.Helper()
	b.startPetition()
	b.fillPetition(debt(against))
	b.at("/filings/")
	b.sees(b.p.T("filing.check.title"), b.p.Money(2_400_000_000), b.p.T("filing.fees.total"), against.first)
	b.inspect("check")
	fee := ask[string](b, `document.querySelector("main .total strong").textContent.trim()`)
	lines := ask[int](b, `document.querySelectorAll("main tbody tr").length`)
	if lines < 2 || ask[bool](b, `[...document.querySelectorAll("main tbody td")].some((e) => !e.textContent.trim())`) {
		b.Errorf("the fee has %d lines, or one that explains nothing:\n%s", lines, b.text())
	}
	b.press(b.p.T("filing.check.to_pay"))
	b.sees(fee)
	b.toBank()
	b.sees(fee)
	b.press(bankWords(b.look.lang).pay)
	b.at("/filings/")
	b.sees(b.p.T("filing.sign.paid_title"))
	b.sign(me)

	b.sees(b.p.T("filing.done.title"))
	b.receiptReady(b.p.T("filing.done.receipt"))
	b.inspect("done")
	b.verify(b.download(b.p.T("filing.done.receipt")), me)
	number = b.caseNumber()
	b.press(b.p.T("filing.done.to_paper"))
	b.sees(against.name(), me.name())
	b.inspect("paper")
	b.back()
	b.press(b.p.T("filing.done.to_case"))
	kase = b.path()
	b.sees(b.p.T("docket.branch_pending"), b.p.T("docket.state.proposed"))
	b.inspect("case-new")
	return number, kase
}

// verify checks a receipt as a stranger does: from the file and the log's key.
func (b *tab) verify(file []byte, me someone) {
	b.Helper()
	r, err := receipt.Verify(file, receipt.Options{Keys: []string{b.w.vkey}})
	if err != nil || !r.IssuerChecked || len(r.Content) == 0 {
		b.Fatalf("%s: the receipt proves nothing: %+v %v\n%s", b.look, r, err, file)
	}
	if !strings.Contains(string(r.Content), me.code) {
		b.Errorf("%s: the record of the receipt does not name who signed:\n%s", b.look, r.Content)
	}
	at := strings.LastIndex(string(file), "\n") / 2
	forged := append([]byte(nil), file...)
	forged[at] ^= 1
	if _, err := receipt.Verify(forged, receipt.Options{Keys: []string{b.w.vkey}}); err == nil {
		b.Errorf("%s: a changed byte at %d is accepted", b.look, at)
	}
}

// court is the day of the court's people: the judge confirms the branch, the
// clerk serves the claim.
func (b *tab) court(number string, plaintiff someone) {
	b.Helper()
	const clerk = "سارا نوری"
	b.enter(clerk)
	b.at("/court")
	b.sees(number)
	b.inspect("desk")
	b.press(number)
	b.sees(b.p.T("filing.desk.not_yet"), b.p.T("filing.branch_first"), b.p.Digits(plaintiff.code))
	b.lacks(`name="days"`) // not before the branch is confirmed
	b.inspect("received-new")
	b.confirmBranch(number)

	b.enter(clerk)
	b.press(number)
	b.sees(b.p.T("filing.desk.why.serve.petition"))
	b.inspect("received")
	b.fill("days", b.typed("3"))
	b.press(b.p.T("filing.desk.do.serve"))
	if b.status() != 422 || b.value("days") != b.typed("3") {
		b.Errorf("%s: a term of 3 days is answered with %d, and the field holds %q", b.look, b.status(), b.value("days"))
	}
	b.inspect("received-wrong")
	b.fill("days", b.typed("15"))
	b.press(b.p.T("filing.desk.do.serve"))
	b.sees(b.p.T("filing.served"), b.p.T("filing.desk.last_act"))
	b.lacks(b.p.T("filing.desk.why.serve.petition"))
	b.inspect("received-served")
	b.visit("/court?show=done")
	b.sees(number)
	b.inspect("desk-done")
}

// confirmBranch is the judge's part.
func (b *tab) confirmBranch(number string) {
	b.Helper()
	b.enter("محمد یزدانی")
	b.at("/court")
	b.visit("/cases")
	b.sees(number)
	b.inspect("cases-unit")
	b.press(number)
	b.sees(b.p.T("docket.refer.title"))
	b.inspect("case-refer")
	b.press(b.p.T("docket.refer.confirm"))
	b.sees(b.p.T("docket.referred_done"), b.p.T("docket.state.referred"))
	b.lacks(b.p.T("docket.refer.title"))
	b.inspect("case-judge")
}

// answerClaim is the defendant's part.
func (b *tab) answerClaim(me, plaintiff someone, number string) {
	b.Helper()
	wait(b.T, "the text message about the notice", func() bool { return len(b.w.messages(me)) > 0 })
	if sms := b.w.messages(me)[0].Text; strings.Contains(sms, plaintiff.last) || strings.Contains(sms, number) || strings.Contains(sms, "دادخواست") {
		b.Errorf("the text message tells the subject: %s", sms)
	}
	b.signIn(me)
	b.at("/home")
	b.sees(b.p.N("filing.home.unviewed", 1))
	b.inspect("home-unviewed")
	b.press(b.p.T("filing.home.to_inbox"))
	b.at("/inbox")
	b.sees(b.p.T("notice.state.new"))
	b.inspect("inbox")
	ask[bool](b, `(() => { document.querySelector("main .item-title a").dataset.mark = "1"; return true; })()`)
	b.press(ask[string](b, `document.querySelector("main .item-title a").textContent.trim()`))
	b.at("/inbox/")
	b.sees(b.p.T("notice.before.title"), b.p.T("notice.before.not_agreeing"))
	b.lacks(b.p.Money(2_400_000_000)) // what it says stands behind the door
	b.inspect("notice-before")
	b.press(b.p.T("notice.open"))
	b.at("/inbox/")
	b.sees(b.p.T("notice.evidence.title"), plaintiff.name())
	b.receiptReady(b.p.T("notice.receipt.viewing"))
	for _, key := range []string{"notice.receipt.arrival", "notice.receipt.viewing"} {
		if _, err := receipt.Verify(b.download(b.p.T(key)), receipt.Options{Keys: []string{b.w.vkey}}); err != nil {
			b.Errorf("%s: %s: %v", b.look, key, err)
		}
	}
	b.waitDeadline()
	b.inspect("notice-open")
	notice := b.path()

	b.press(b.p.T("docket.deadline.why"))
	b.sees(b.p.T("docket.deadline.safe"), b.p.T("docket.deadline.last"), b.p.T("docket.deadline.how"), b.p.N("docket.days", 15))
	b.unfold(b.p.T("web.strip.as_table"))
	b.inspect("deadline")
	if days := ask[int](b, `document.querySelectorAll(".strip tbody tr").length`); days < 16 {
		b.Errorf("%s: the table of days has %d rows", b.look, days)
	}
	b.visit("/home")
	b.sees(b.p.T("filing.home.deadlines"))
	b.inspect("home-deadline")

	b.visit(notice)
	b.press(b.p.T("notice.answer"))
	b.inspect("brief-start")
	b.press(b.title("brief-defence"))
	b.choose("matter", "claim")
	b.inspect("brief-matter")
	b.next()
	b.choose("stance", "deny")
	b.inspect("brief-stance")
	b.next()
	b.fill("text", "این بدهی را پیش از سررسید پرداخته‌ام و رسید بانکی آن را دارم که پیوست می‌شود.")
	b.inspect("brief-text")
	b.next()
	b.inspect("brief-evidence")
	b.next()
	b.sees(b.p.T("filing.check.title"), b.p.T("filing.fees.none"))
	b.inspect("brief-check")
	b.press(b.p.T("filing.check.to_sign"))
	b.sign(me)
	b.receiptReady(b.p.T("filing.done.receipt"))
	b.verify(b.download(b.p.T("filing.done.receipt")), me)
	b.inspect("brief-done")
	b.press(b.p.T("filing.done.to_case"))
	b.sees(b.p.T("docket.party.you", "name", me.name()), plaintiff.name(), b.p.T("docket.left.met"))
	b.lacks(plaintiff.code, b.p.Digits(plaintiff.code), postal, b.p.Digits(postal), "کوچهٔ نسترن")
	b.inspect("case-defendant")
	b.pressIn("page", me.name()) // one's name leads to one's account
	b.at("/account")
	b.inspect("account")
	account := b.path()
	b.visit("/account/data/looks")
	b.sees("محمد یزدانی") // who has looked at the case, and why
	b.inspect("looks")
	b.visit(account)
	b.press(b.p.T("identity.token.manage"))
	b.at("/account/tokens")
	b.inspect("tokens")
	b.fill("name", "برنامهٔ دفتر")
	b.press(b.p.T("identity.token.make"))
	b.sees("tarazu_pat_", b.p.T("identity.token.once"))
	b.inspect("token-made")
}

// waitDeadline waits until the term is computed, by loading the page again.
func (b *tab) waitDeadline() {
	b.Helper()
	here := b.path()
	wait(b.T, "the computed term", func() bool {
		if strings.Contains(b.text(), b.p.T("docket.deadline.safe")) {
			return true
		}
		b.visit(here)
		return false
	})
}

// afterwards is what the plaintiff sees in the end.
func (b *tab) afterwards(me, other someone, kase string) {
	b.Helper()
	b.visit(kase)
	b.sees(b.p.T("docket.party.you", "name", me.name()), other.name(), b.p.T("docket.state.referred"))
	b.lacks(other.code, b.p.Digits(other.code), "کوچهٔ بهار", "/inbox/", b.p.T("docket.deadline.why"))
	b.inspect("case-plaintiff")
	b.visit("/cases")
	b.inspect("cases")
	b.visit("/home")
	b.inspect("home")
	b.visit("/inbox")
	b.inspect("inbox-empty")
	b.press(b.p.T("notice.filter.unviewed"))
	b.press(b.p.T("notice.filter.term"))
}

// strangers see nothing: nobody, somebody else, and the court next door.
func (b *tab) strangers(kase, number string) {
	b.Helper()
	b.visit(kase)
	b.at("/login")
	b.enter("مریم احمدی") // and is led to where the case would be
	b.lacks(number)
	b.visit(kase)
	if b.status() != 404 && b.status() != 403 {
		b.Errorf("%s: a stranger's case answers %d", b.look, b.status())
	}
	b.lacks(number)
	b.inspect("error-not-found")
	b.visit("/court")
	if b.status() != 403 && b.status() != 404 {
		b.Errorf("%s: the desk answers a citizen with %d", b.look, b.status())
	}
	b.inspect("error-forbidden")
	b.visit("/demo/people?name=" + url.QueryEscape("لیلا رستمی"))
	b.inspect("demo-people")
	b.pressIn("لیلا رستمی", b.p.T("app.people.enter"))
	b.lacks(number)
	b.visit(kase)
	b.lacks(number)
	b.visit("/demo")
	b.inspect("demo")
}
