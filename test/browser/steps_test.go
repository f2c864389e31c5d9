// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"context"

	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/persian"
)

// The steps that several journeys have in common, each as a person does it.

// typed is a number as people of the language write it.
func (b *tab) typed(digits string) string {
	if b.look.lang == i18n.FA {
		return b.p.Digits(digits)
	}
	return digits
}

// arabic writes a number with Arabic digits, as many keyboards do.
func arabic(digits string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '٠' + r - '0'
		}
		return r
	}, digits)
}

// register makes an account for s, from the front page on.
func (b *tab) register(s someone) {
	b.Helper()
	b.visit("/")
	b.inspect("landing")
	b.press(b.p.T("app.landing.register"))
	b.at("/register")
	b.inspect("register")
	b.fillWho(s)
	seen := len(b.w.messages(s))
	b.press(b.p.T("identity.register.go"))
	b.at("/register/code")
	b.inspect("register-code")
	b.lacks(s.mobile, s.local()) // the number is masked: others may look over the shoulder
	b.fill("code", b.typed(b.w.code(b.T, s, seen)))
	b.press(b.p.T("identity.code.go"))
	b.at("/register/password")
	b.sees(s.name()) // who it is comes from the civil registry
	b.inspect("register-password")
	b.password()
	b.at("/register/done")
	b.sees(s.name(), b.p.T("identity.done.title"))
	b.inspect("register-done")
	b.press(b.p.T("identity.done.go"))
	b.at("/home")
}

// password makes the account with the password.
func (b *tab) password() {
	b.Helper()
	b.fill("password", password)
	b.fill("again", password)
	b.press(b.p.T("identity.password.go"))
}

// fillWho answers the first page of the registration.
func (b *tab) fillWho(s someone) {
	b.Helper()
	y, m, d := s.birth.Jalali()
	b.fill("national_code", b.typed(s.code))
	b.fill("birth.day", b.typed(strconv.Itoa(d)))
	b.choose("birth.month", strconv.Itoa(m))
	b.fill("birth.year", b.typed(strconv.Itoa(y)))
	b.fill("mobile", b.typed(s.local()))
}

// signIn enters with password and code.
func (b *tab) signIn(s someone) {
	b.Helper()
	b.visit("/login")
	b.inspect("login")
	b.fill("national_code", b.typed(s.code))
	b.fill("password", password)
	seen := len(b.w.messages(s))
	b.press(b.p.T("identity.login.go"))
	b.at("/login/code")
	b.inspect("login-code")
	b.fill("code", b.typed(b.w.code(b.T, s, seen)))
	b.press(b.p.T("identity.code.go"))
}

// enter uses a card of the demo's sign-in page.
func (b *tab) enter(name string) {
	b.Helper()
	b.visit("/login")
	b.inspect("login")
	if group := ask[string](b, `(() => { for (const d of document.querySelectorAll("aside details:not([open])")) if (d.textContent.includes($1)) return d.querySelector("summary").textContent.trim(); return ""; })()`, name); group != "" {
		s := b.find(group, "page", "summary")
		b.mouse(s.X, s.Y, 1)
	}
	b.pressIn(name, b.p.T("identity.demo.enter"))
}

// claim is what a plaintiff asks for.
type claim struct {
	against         someone
	amount          int64
	story, evidence string
}

// debt is a claim that the general civil court of Tehran hears.
func debt(against someone) claim {
	return claim{
		against: against, amount: 2_400_000_000,
		story:    "در تاریخ دهم مهر ماه مبلغ دو میلیارد و چهارصد میلیون ریال به خوانده قرض دادم و رسید دستی گرفتم. سررسید آن گذشته و با چند بار مراجعه چیزی نپرداخته است.",
		evidence: "رسید دستی مورخ ۱۶ دی ۱۴۰۳\nپیام‌های رد و بدل شده",
	}
}

// startPetition begins the petition for a debt.
func (b *tab) startPetition() {
	b.Helper()
	b.visit("/home")
	b.inspect("home-empty")
	b.press(b.p.T("filing.home.new"))
	b.at("/filings/new")
	b.inspect("filing-new")
	b.press(b.title("petition-debt"))
	b.at("/filings/")
}

// title is the button that starts a service.
func (b *tab) title(service string) string {
	b.Helper()
	d, err := b.w.app.Catalogue.Current(b.Context(), service, b.w.today())
	must(b.T, err)
	if b.look.lang == i18n.EN {
		return d.Title.EN
	}
	return d.Title.FA
}

func (b *tab) next() { b.Helper(); b.press(b.p.T("filing.continue")) }

// fillPetition answers page by page up to the check page.
func (b *tab) fillPetition(c claim) {
	b.Helper()
	b.fillPlaintiff()
	b.inspect("petition-plaintiff")
	b.next()
	b.fillDefendant(c.against)
	b.inspect("petition-defendant")
	b.next()
	b.fillClaim(c)
	b.inspect("petition-claim")
	b.next()
	b.fill("narrative", c.story)
	b.inspect("petition-grounds")
	b.next()
	b.fill("evidence_list", c.evidence)
	b.inspect("petition-evidence")
	b.next()
}

func (b *tab) fillPlaintiff() {
	b.Helper()
	b.choose("plaintiff_province", "tehran")
	b.choose("plaintiff_county", "tehran")
	b.fill("plaintiff_address", "تهران، خیابان آزادی، کوچهٔ نسترن، پلاک ۱۲")
	b.fill("plaintiff_postal", b.typed(postal))
}

// postal is the plaintiff's postal code, which the other side never sees.
const postal = "1345678913"

func (b *tab) fillDefendant(s someone) {
	b.Helper()
	b.choose("defendant_kind", "person")
	b.fill("defendant_national_code", b.typed(s.code))
	b.fill("defendant_first_name", s.first)
	b.fill("defendant_last_name", s.last)
	b.fill("defendant_father_name", s.father)
	b.choose("defendant_abroad", "no")
	b.choose("defendant_address_unknown", "no")
	b.choose("defendant_province", "tehran")
	b.choose("defendant_county", "tehran")
	b.fill("defendant_address", "تهران، خیابان ولیعصر، کوچهٔ بهار، پلاک ۷")
	b.choose("defendant_more", "no")
}

func (b *tab) fillClaim(c claim) {
	b.Helper()
	b.fill("amount", b.typed(strconv.FormatInt(c.amount, 10)))
	b.choose("evidence_kind", "contract")
	b.fill("debt_date.day", b.typed("16"))
	b.choose("debt_date.month", "10")
	b.fill("debt_date.year", b.typed("1403"))
	b.choose("late_damages", "yes")
}

// reach the bank's page from the payment page.
func (b *tab) toBank() {
	b.Helper()
	b.at("/payments/")
	b.inspect("payment")
	b.press(b.p.T("payment.begin"))
	b.inspect("payment-leaving")
	b.press(b.p.T("payment.to_bank"))
	if here := ask[string](b, "location.origin"); here == b.w.base {
		b.Fatalf("the bank's page is at %s, which is ours", here)
	}
	b.inspect("bank")
}

// sign asks for a code and signs with it.
func (b *tab) sign(s someone) {
	b.Helper()
	b.inspect("sign")
	seen := len(b.w.messages(s))
	b.press(b.p.T("filing.sign.send"))
	code := b.w.code(b.T, s, seen)
	b.inspect("sign-code")
	b.fill("code", b.typed(code))
	b.press(b.p.T("filing.sign.submit"))
}

var reCase = regexp.MustCompile(`\b\d{18}\b`)

// caseNumber reads the number of the case on the page.
func (b *tab) caseNumber() string {
	b.Helper()
	n := reCase.FindString(persian.Digits(b.text()))
	if n == "" {
		b.Fatalf("%s at %s: no case number in:\n%s", b.look, b.path(), b.text())
	}
	return n
}

// receiptReady waits until a page that is asked again by itself, or is asked
// again by its link, has a link for each label: what is sealed is read one by
// one, so one of them may be there a page earlier than another.
func (b *tab) receiptReady(labels ...string) {
	b.Helper()
	has := func() bool {
		there, err := try[bool](b, `$1.every((label) => [...document.querySelectorAll("main a, aside a")].some((a) => a.textContent.trim() === label))`, labels)
		return err == nil && there
	}
	if b.look.script {
		wait(b.T, "the receipt, by itself", has)
		return
	}
	wait(b.T, "the receipt, by its link", func() bool {
		if has() {
			return true
		}
		b.press(b.p.T("web.refresh.now"))
		return has()
	})
}

// download fetches what a link leads to with the cookies of this tab.
func (b *tab) download(label string) []byte {
	b.Helper()
	href := ask[string](b, `([...document.querySelectorAll("main a, aside a")].find((a) => a.textContent.trim() === $1) || { href: "" }).href`, label)
	if href == "" {
		b.Fatalf("%s at %s: no link %q in:\n%s", b.look, b.path(), label, b.text())
	}
	body, res := b.get(href)
	if res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment") {
		b.Fatalf("%s: %s answers %d %q", b.look, label, res.StatusCode, res.Header.Get("Content-Disposition"))
	}
	return body
}

// get asks for an address with the cookies of this tab, as the same browser: a
// session ends when another kind of browser comes with it.
func (b *tab) get(href string) ([]byte, *http.Response) {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, href, http.NoBody)
	must(b.T, err)
	req.Header.Set("User-Agent", ask[string](b, "navigator.userAgent"))
	b.call("cookies", func(ctx context.Context) error {
		jar, err := chromedp.Call(ctx, network.GetCookies, network.GetCookiesParams{URLs: []string{b.w.base}})
		for _, c := range jar.Cookies {
			req.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
		}
		return err
	})
	res, err := http.DefaultClient.Do(req)
	must(b.T, err)
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	must(b.T, err)
	return body, res
}
