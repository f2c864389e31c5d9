// SPDX-License-Identifier: Apache-2.0

package payment_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/gateway/payments"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/payment"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// anybody is an ActorSource that believes the session.
type anybody struct{}

func (anybody) Actor(_ context.Context, person, capacity string) (policy.Actor, error) {
	return policy.Actor{Person: person, Role: policy.Role(capacity), Name: "مریم کریمی", Assurance: 2}, nil
}

// browser is one person's browser, which follows no redirect by itself.
type browser struct {
	*world
	site string
	c    *http.Client
}

// newBrowser serves the module's pages and signs in as the person.
func (w *world) newBrowser(person string, role policy.Role, lang i18n.Lang) *browser {
	w.Helper()
	catalog, err := i18n.NewCatalog(i18n.Locale, web.Locale, link.Locale, payment.Locale)
	w.must(err)
	s, err := web.New(web.Deps{DB: w.db, Clock: w.clk, Log: slog.New(slog.NewTextHandler(w.Output(), nil)), Catalog: catalog, Actors: anybody{}})
	w.must(err)
	s.Mount(w.svc.Routes()...)
	s.Mount(web.Route{Method: http.MethodGet, Pattern: "/test/enter", Roles: web.Anyone, Handle: func(c *web.Ctx) error {
		if err := c.SignIn(person, string(role)); err != nil {
			return err
		}
		return c.Redirect("/")
	}})
	w.must(s.Check())
	server := httptest.NewServer(s.Handler())
	w.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	w.must(err)
	b := &browser{world: w, site: server.URL, c: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	b.get("/language?to="+string(lang)+"&back=/", http.StatusSeeOther)
	if person != "" {
		b.get("/test/enter", http.StatusSeeOther)
	}
	return b
}

func (b *browser) get(path string, status int) (body, location string) {
	b.Helper()
	res, err := b.c.Get(b.site + path)
	return b.read(path, res, err, status)
}

func (b *browser) post(path string, status int) (body, location string) {
	b.Helper()
	res, err := b.c.PostForm(b.site+path, url.Values{})
	return b.read(path, res, err, status)
}

func (b *browser) read(path string, res *http.Response, err error, status int) (body, location string) {
	b.Helper()
	b.must(err)
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	b.must(err)
	if res.StatusCode != status {
		b.Fatalf("%s: status %d, want %d\n%s", path, res.StatusCode, status, raw)
	}
	if strings.Contains(string(raw), "⟦") {
		b.Errorf("%s: a key without words", path)
	}
	return string(raw), res.Header.Get("Location")
}

func has(t *testing.T, body string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(body, w) {
			t.Errorf("the page has no %q", w)
		}
	}
}

func eachWeb(t *testing.T, fn func(w *world)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, append([]store.Migrations{web.Migrations}, mods...), func(t *testing.T, db *store.DB, clk *clock.Fake) {
		fn(newWorld(t, db, clk))
	})
}

var bankLink = regexp.MustCompile(`<a[^>]* href="(http://[^"]+/pay/[^"]+)"`)

// TestPages goes through a payment as a person does, by links and buttons only.
func TestPages(t *testing.T) {
	eachWeb(t, func(w *world) {
		id := w.create()
		b := w.newBrowser(payer.Person, policy.Citizen, i18n.FA)
		page, _ := b.get("/payments/"+id, http.StatusOK)
		has(w.T, page, "پرداخت هزینه", "۷٬۰۲۰٬۰۰۰ ریال", "۷٬۰۰۰٬۰۰۰ ریال", "بند ۱۲ مادهٔ ۳ قانون وصول", "۳٫۵ درصد", "دادخواست مطالبهٔ طلب", `action="/payments/`+id+`/begin"`)

		_, to := b.post("/payments/"+id+"/begin", http.StatusSeeOther)
		_, again := b.post("/payments/"+id+"/begin", http.StatusSeeOther)
		if to != "/payments/"+id || again != to {
			w.Fatalf("led to %q and %q", to, again)
		}
		page, _ = b.get(to, http.StatusOK)
		found := bankLink.FindStringSubmatch(page)
		if found == nil {
			w.Fatalf("no link to the bank\n%s", page)
		}
		bank, err := url.Parse(found[1])
		w.must(err)
		has(w.T, page, bank.Host)
		if strings.Contains(page, "data-refresh") {
			w.Error("refreshes before anybody went to the bank")
		}

		// At the bank: a real page, a real button.
		res, err := b.c.PostForm(found[1], url.Values{"action": {"pay"}})
		w.must(err)
		_ = res.Body.Close()
		back, err := res.Location()
		w.must(err)
		if back.Host != "127.0.0.1:8080" || back.Path != payment.ReturnPath {
			w.Fatalf("the bank leads to %s", back)
		}
		_, to = b.get(back.RequestURI(), http.StatusSeeOther)
		if to != request.ReturnTo {
			w.Errorf("led to %q, want the subject's page", to)
		}
		w.expect(id, payment.StatePaid, "", amount)
		if _, to = b.get(back.RequestURI(), http.StatusSeeOther); to != request.ReturnTo { // the callback once more
			w.Errorf("second time led to %q", to)
		}
		page, _ = b.get("/payments/"+id, http.StatusOK)
		has(w.T, page, "هزینه پرداخت شد", `href="`+request.ReturnTo+`"`)
		if strings.Contains(page, "<form class=\"form\"") {
			w.Error("a paid payment has a form")
		}
		_, to = b.post("/payments/"+id+"/begin", http.StatusSeeOther) // an old tab
		if to != "/payments/"+id {
			w.Errorf("led to %q", to)
		}
		w.expect(id, payment.StatePaid, "", amount)
	})
}

// The query string of the return is never believed.
func TestReturnIsNotBelieved(t *testing.T) {
	eachWeb(t, func(w *world) {
		id := w.create()
		token := w.begin(id)
		b := w.newBrowser(payer.Person, policy.Citizen, i18n.EN)
		q := url.Values{"token": {token}, "outcome": {"paid"}, "amount": {"7020000"}}
		_, to := b.get(payment.ReturnPath+"?"+q.Encode(), http.StatusSeeOther)
		if to != "/payments/"+id+"?waiting=1" {
			w.Errorf("led to %q", to)
		}
		w.expect(id, payment.StateStarted, "", 0)
		page, _ := b.get(to, http.StatusOK)
		has(w.T, page, "Waiting for the bank’s answer", "data-refresh", "do not pay again", `action="/payments/`+id+`/check"`)
		b.get(payment.ReturnPath+"?token=guess", http.StatusNotFound)
		b.get(payment.ReturnPath, http.StatusNotFound)
	})
}

func TestPageOfEachState(t *testing.T) {
	eachWeb(t, func(w *world) {
		b := w.newBrowser(payer.Person, policy.Lawyer, i18n.EN)
		cancelled := w.create()
		token := w.begin(cancelled)
		w.choose(token, payments.Cancel)
		_, to := b.get(payment.ReturnPath+"?token="+token, http.StatusSeeOther)
		page, _ := b.get(to, http.StatusOK)
		has(w.T, page, "You cancelled the payment", "No money has left your account", "Start the payment again", "Form", "Tariff of 1403")

		down := w.create()
		w.fault(sandbox.Fault{Mode: sandbox.Down, How: sandbox.Busy})
		page, _ = b.post("/payments/"+down+"/begin", http.StatusServiceUnavailable)
		has(w.T, page, "The bank does not answer", "The problem is at the bank", "I am ready to pay")
		w.fault(sandbox.Fault{Mode: sandbox.OK})

		token = w.begin(down)
		w.choose(token, payments.PayLate)
		w.fault(sandbox.Fault{Mode: sandbox.Down, How: sandbox.Busy})
		_, to = b.get(payment.ReturnPath+"?token="+token, http.StatusSeeOther)
		if to != "/payments/"+down+"?waiting=1" {
			w.Errorf("bank down: led to %q", to)
		}
		page, _ = b.post("/payments/"+down+"/check", http.StatusServiceUnavailable)
		has(w.T, page, "The bank does not answer", "Ask the bank for the result")
		w.fault(sandbox.Fault{Mode: sandbox.OK})
		w.clk.Advance(time.Minute) // the breaker's pause
		_, to = b.post("/payments/"+down+"/check", http.StatusSeeOther)
		if to != "/payments/"+down+"?waiting=1" {
			w.Errorf("not yet decided: led to %q", to)
		}
		w.clk.Advance(lateBy)
		_, to = b.post("/payments/"+down+"/check", http.StatusSeeOther)
		page, _ = b.get(to, http.StatusOK)
		has(w.T, page, "The fee is paid", "Continue")

		expired := w.create()
		w.begin(expired)
		w.clk.Advance(16 * time.Minute) // the bank's page is closed; nobody has asked yet
		page, _ = b.get("/payments/"+expired, http.StatusOK)
		has(w.T, page, "Waiting for the bank’s answer", "data-refresh")
		if bankLink.MatchString(page) {
			w.Error("a link to a closed page")
		}
		w.pass(5 * time.Minute)
		page, _ = b.get("/payments/"+expired, http.StatusOK)
		has(w.T, page, "The time to pay has passed", "Start the payment again")

		void := w.create()
		w.must(w.db.Write(w.Context(), func(tx *store.Tx) error { return w.svc.VoidTx(w.Context(), tx, payer.Person, void) }))
		page, _ = b.get("/payments/"+void, http.StatusOK)
		has(w.T, page, "This payment is not needed")
	})
}

func TestPagesAreTheOwners(t *testing.T) {
	eachWeb(t, func(w *world) {
		id := w.create()
		token := w.begin(id)
		for _, path := range []string{"", "/begin", "/check"} {
			for name, x := range map[string]struct {
				b      *browser
				status int
			}{
				"somebody else": {w.newBrowser("0196b8a0-0000-7000-8000-000000000002", policy.Citizen, i18n.FA), http.StatusNotFound},
				"a judge":       {w.newBrowser(payer.Person, policy.Judge, i18n.FA), http.StatusForbidden},
			} {
				var page string
				if path == "" {
					page, _ = x.b.get("/payments/"+id, x.status)
				} else {
					page, _ = x.b.post("/payments/"+id+path, x.status)
				}
				if strings.Contains(page, "۷٬۰۲۰٬۰۰۰") || strings.Contains(page, token) {
					w.Errorf("%s sees the payment", name)
				}
			}
		}
		// Nobody: the return is settled all the same, and its page asks to sign in.
		w.choose(token, payments.Cancel)
		nobody := w.newBrowser("", policy.Nobody, i18n.FA)
		_, to := nobody.get(payment.ReturnPath+"?token="+token, http.StatusSeeOther)
		w.expect(id, payment.StateCancelled, payment.ByPayer, 0)
		if _, to = nobody.get(to, http.StatusSeeOther); !strings.HasPrefix(to, web.LoginPath+"?next=") {
			w.Errorf("led to %q", to)
		}
	})
}

// Every key that the sources name, by whole or by prefix, has words, and the
// words of both languages are clean.
func TestWords(t *testing.T) {
	t.Parallel()
	catalog, err := i18n.NewCatalog(i18n.Locale, web.Locale, link.Locale, payment.Locale)
	if err != nil {
		t.Fatal(err)
	}
	for _, flaw := range catalog.Check() {
		if strings.Contains(flaw, "payment") || strings.Contains(flaw, "gateway.") {
			t.Error(flaw)
		}
	}
	p := catalog.Printer(i18n.FA)
	for _, s := range []payment.State{payment.StateCreated, payment.StateStarted, payment.StatePaid, payment.StateCancelled, payment.StateExpired, payment.StateFailed, payment.StateVoid, payment.StateDisputed} {
		if !p.Has("payment.title." + string(s)) {
			t.Errorf("no title for %s", s)
		}
	}
	for _, r := range []payment.Reason{payment.ByPayer, payment.TooLate, payment.Mismatch, payment.GaveBack, payment.Unknown, payment.NoAnswer, payment.TookElse, payment.NotClear} {
		if !p.Has("payment.reason." + string(r)) {
			t.Errorf("no words for %s", r)
		}
	}
	named := regexp.MustCompile(`"((?:payment|gateway)\.[a-z_]+(?:\.[a-z_]+)*)"`)
	other := map[string]bool{"payment.view": true, "payment.pay": true, "payment.check": true,
		"payment.paid": true, "payment.disputed": true, "payment.returned": true, "payment.void": true,
		"payment.refunded": true, "payment.refund": true} // rules, evidence and a job
	seen := 0
	for _, dir := range []string{".", "../gateway/population", "../gateway/simowner", "../gateway/sms", "../gateway/payments"} {
		files, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if n := f.Name(); strings.HasSuffix(n, "_test.go") || !(strings.HasSuffix(n, ".go") || strings.HasSuffix(n, ".templ")) {
				continue
			}
			text, err := os.ReadFile(dir + "/" + f.Name())
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range named.FindAllStringSubmatch(string(text), -1) {
				if seen++; !other[m[1]] && !p.Has(m[1]) {
					t.Errorf("%s: no words for %s", f.Name(), m[1])
				}
			}
		}
	}
	for _, name := range []string{"population", "simowner", "sms", "payments"} {
		if got := p.Error(errs.New(errs.Unavailable, "gateway."+name+".down")); strings.Contains(got, "⟦") || !p.Has("gateway."+name+".down") {
			t.Errorf("no words for %s being down", name)
		}
	}
	if seen < 20 {
		t.Errorf("only %d keys found: the test sees nothing", seen)
	}
}
