// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// browser is a visitor without script.
type browser struct {
	t    *testing.T
	base string
	c    *http.Client
	p    *i18n.Printer

	status int
	path   string // where the last request ended
	body   string
}

// site serves s through the real router.
func (w *world) site(s *Service) string {
	w.t.Helper()
	server, err := web.New(web.Deps{DB: w.db, Clock: w.clk, Log: w.deps.Log, Catalog: w.words, Actors: s, Demo: s.d.Demo})
	must(w.t, err)
	s.UseSessions(server)
	server.Mount(s.Routes()...)
	server.Mount(web.Route{Method: http.MethodGet, Pattern: "/home", Roles: web.SignedIn, Handle: func(c *web.Ctx) error {
		return c.Render(web.Page{Title: "home of " + string(c.Actor.Role), Body: templ.NopComponent})
	}})
	must(w.t, server.Check())
	h := httptest.NewServer(server.Handler())
	w.t.Cleanup(h.Close)
	return h.URL
}

func (w *world) browser(base string, l i18n.Lang) *browser {
	w.t.Helper()
	jar, err := cookiejar.New(nil)
	must(w.t, err)
	u, err := url.Parse(base)
	must(w.t, err)
	jar.SetCookies(u, []*http.Cookie{{Name: "lang", Value: string(l), Path: "/"}})
	return &browser{t: w.t, base: base, c: &http.Client{Jar: jar}, p: w.words.Printer(l)}
}

func (b *browser) get(path string) *browser {
	b.t.Helper()
	res, err := b.c.Get(b.base + path)
	return b.read(res, err)
}

func (b *browser) post(path string, pairs ...string) *browser {
	b.t.Helper()
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	res, err := b.c.PostForm(b.base+path, v)
	return b.read(res, err)
}

func (b *browser) read(res *http.Response, err error) *browser {
	b.t.Helper()
	must(b.t, err)
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	must(b.t, err)
	b.status, b.path, b.body = res.StatusCode, res.Request.URL.Path, string(body)
	if i := strings.Index(b.body, "⟦"); i >= 0 {
		b.t.Errorf("%s: a missing word: %.60s", b.path, b.body[i:])
	}
	if len(b.body) > 50<<10 {
		b.t.Errorf("%s: %d bytes", b.path, len(b.body))
	}
	return b
}

// at fails unless the visitor is on path with status.
func (b *browser) at(path string, status int) *browser {
	b.t.Helper()
	if b.path != path || b.status != status {
		b.t.Fatalf("at %s with %d, want %s with %d", b.path, b.status, path, status)
	}
	return b
}

// sees fails unless the page holds the words of a key.
func (b *browser) sees(key string, pairs ...any) *browser {
	b.t.Helper()
	if !strings.Contains(b.body, templ.EscapeString(b.p.T(key, pairs...))) {
		b.t.Fatalf("%s does not say %s", b.path, key)
	}
	return b
}

var hiddenKey = regexp.MustCompile(`name="key" value="([^"]+)"`)

func (b *browser) fill(p person, change ...string) *browser {
	b.t.Helper()
	y, m, d := p.birth.Jalali()
	key := ""
	if found := hiddenKey.FindStringSubmatch(b.body); found != nil {
		key = found[1]
	}
	pairs := []string{"key", key, "national_code", p.code, "birth.day", strconv.Itoa(d), "birth.month", strconv.Itoa(m), "birth.year", strconv.Itoa(y), "mobile", LocalMobile(p.mobile)}
	return b.post(pathRegister, append(pairs, change...)...)
}

func TestRegisterAndSignInPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		base := w.site(w.s)
		for l, who := range map[i18n.Lang]person{i18n.FA: maryam, i18n.EN: hasan} {
			b := w.browser(base, l)
			b.get(pathRegister).at(pathRegister, 200)
			b.fill(who, "national_code", "۰۰۰۰۰۰۰۰۱۸").at(pathRegister, 422).sees("persian.national_code.check")
			if !strings.Contains(b.body, LocalMobile(who.mobile)) {
				t.Error("the mobile number was lost")
			}
			b.fill(who, "birth.year", "1340").at(pathRegister, 422).sees("identity.register.no_match")
			b.fill(who).at(pathCode, 200).sees("identity.code.title")
			code := w.code(who.mobile)
			b.post(pathCode, "code", wrong(code)).at(pathCode, 422).sees("identity.code.wrong", "left", 4)
			b.post(pathResend).at(pathCode, 200).sees("identity.code.under_way")
			b.post(pathCode, "code", b.p.Digits(code)).at(pathPassword, 200)
			b.get(pathCode).at(pathPassword, 200) // the way back leads on
			b.post(pathPassword, "password", "کوتاه", "again", "کوتاه", "username", who.code).at(pathPassword, 422).sees("identity.password.short", "min", 10)
			b.post(pathPassword, "password", goodPassword, "again", goodPassword+"x").at(pathPassword, 422).sees("identity.password.differ")
			b.post(pathPassword, "password", goodPassword, "again", goodPassword).at(pathDone, 200).sees("identity.done.title")
			b.get(pathRegister).at("/home", 200)

			b.post("/logout")
			b.get("/account").at(pathLogin, 200)
			b.post(pathLogin, "national_code", who.code, "password", "نادرست نادرست", "next", "/account").at(pathLogin, 422).sees("identity.login.wrong")
			if !strings.Contains(b.body, who.code) || !strings.Contains(b.body, `value="/account"`) || strings.Contains(b.body, "نادرست نادرست") {
				t.Error("the sign-in page must keep the code and the way, not the password")
			}
			w.clk.Advance(time.Minute)
			b.post(pathLogin, "national_code", who.code, "password", goodPassword, "next", "/account").at(pathLoginCode, 200)
			code = w.code(who.mobile)
			b.post(pathLoginCode, "code", wrong(code)).at(pathLoginCode, 422)
			b.post(pathLoginCode, "code", code).at(pathAccount, 200).sees("identity.account.no_accesses")
			b.post(pathLoginCode, "code", code).at("/home", 200) // again: already in
			b.get(pathLogin).at("/home", 200)
		}
	})
}

func TestStaleSteps(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		b := w.browser(w.site(w.s), i18n.FA)
		for _, path := range []string{pathCode, pathPassword, pathKnown, pathWaiting, pathContinue} {
			b.get(path).at(pathRegister, 200).sees("identity.register.stale")
		}
		b.post(pathCode, "code", "123456").at(pathRegister, 200).sees("identity.register.stale")
		b.post(pathPassword, "password", goodPassword).at(pathRegister, 200)
		b.get(pathLoginCode).at(pathLogin, 200).sees("identity.login.stale")
		b.post(pathLoginCode, "code", "123456").at(pathLogin, 200).sees("identity.login.stale")
		b.get(pathContinue+"/unknown").at(pathRegister, 200).sees("identity.register.invite_gone")
		b.get(pathDone).at(pathLogin, 200)
		// A code that ran out: everything typed is still there.
		b.get(pathRegister).fill(maryam).at(pathCode, 200)
		w.clk.Advance(time.Hour)
		b.get(pathCode).at(pathCode, 200).sees("identity.code.dead")
		b.post(pathCode, "code", "123456").at(pathCode, 422).sees("identity.code.expired")
		b.post(pathResend).at(pathCode, 200).sees("identity.code.sent_again")
		b.get(pathRegister).at(pathRegister, 200)
		if !strings.Contains(b.body, maryam.code) || !strings.Contains(b.body, LocalMobile(maryam.mobile)) {
			t.Error("the entries were lost")
		}
	})
}

func TestKnownAndRenewPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.register(maryam)
		base := w.site(w.s)
		old := w.browser(base, i18n.EN)
		old.post(pathLogin, "national_code", maryam.code, "password", goodPassword).at(pathLoginCode, 200)
		old.post(pathLoginCode, "code", w.code(maryam.mobile)).at("/home", 200)

		w.clk.Advance(time.Hour)
		b := w.browser(base, i18n.FA)
		b.get(pathRegister).fill(maryam).at(pathCode, 200)
		b.post(pathCode, "code", w.code(maryam.mobile)).at(pathKnown, 200).sees("identity.known.renew")
		b.get(pathPassword).at(pathPassword, 200).sees("identity.password.renew")
		b.post(pathPassword, "password", "پنج قایق آبی ۷۷", "again", "پنج قایق آبی 77").at("/home", 200).sees("identity.password.renewed")
		old.get(pathAccount).at(pathLogin, 200) // signed out with the old password
		w.drain()
		b.get(pathAccount).at(pathAccount, 200) // the job leaves the new session alone
	})
}

// codeUnderWay is the newest code for a number whose message is still queued.
func (w *world) codeUnderWay(mobile string) string {
	w.t.Helper()
	codeID, err := store.One[string](w.t.Context(), w.db, `SELECT id FROM identity_code WHERE mobile = $1 AND used_us = 0 ORDER BY id DESC LIMIT 1`, mobile)
	must(w.t, err)
	return w.s.codeText(codeID)
}

// TestRenewedPasswordEndsSessionsAfterACrash: the password is renewed and the
// process dies before it ends the other sessions.
func TestRenewedPasswordEndsSessionsAfterACrash(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.register(maryam)
		base := w.site(w.s)
		old := w.browser(base, i18n.EN)
		old.post(pathLogin, "national_code", maryam.code, "password", goodPassword).at(pathLoginCode, 200)
		old.post(pathLoginCode, "code", w.code(maryam.mobile)).at("/home", 200)
		w.clk.Advance(time.Hour)
		ctx, regID := t.Context(), id.New()
		_, err := w.s.Start(ctx, regID, maryam.entries())
		must(t, err)
		_, err = w.s.Prove(ctx, regID, w.code(maryam.mobile))
		must(t, err)
		old.get(pathAccount).at(pathAccount, 200)
		_, err = w.s.Finish(ctx, regID, "پنج قایق آبی ۷۷")
		must(t, err)
		// The owner signs in elsewhere before the job has run.
		b := w.browser(base, i18n.FA)
		b.post(pathLogin, "national_code", maryam.code, "password", "پنج قایق آبی ۷۷").at(pathLoginCode, 200)
		b.post(pathLoginCode, "code", w.codeUnderWay(maryam.mobile)).at("/home", 200)
		w.drain()
		old.get(pathAccount).at(pathLogin, 200)
		b.get(pathAccount).at(pathAccount, 200)
	})
}

func TestWaitingPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		base := w.site(w.s)
		b := w.browser(base, i18n.FA)
		w.fault(w.simowner, sandbox.Down)
		b.get(pathRegister).fill(maryam).at(pathWaiting, 200).sees("identity.waiting.theirs.simowner")
		b.get(pathRegister).at(pathRegister, 200).sees("identity.waiting.see")
		b.fill(maryam).at(pathWaiting, 200)
		w.fault(w.simowner, sandbox.OK)
		w.clk.Advance(time.Minute)
		w.drain()
		_, link, _ := strings.Cut(w.sms.For(maryam.mobile)[0].Text, "https://tarazu.example")
		other := w.browser(base, i18n.FA) // another device
		other.get(link).at(pathContinue, 200).sees("identity.ready.title")
		if strings.Contains(other.body, maryam.code) || strings.Contains(other.body, LocalMobile(maryam.mobile)) {
			t.Error("the invitation shows the entries")
		}
		b.get(pathWaiting).at(pathContinue, 200)
		b.post(pathResend).at(pathCode, 200)
		b.post(pathCode, "code", w.code(maryam.mobile)).at(pathPassword, 200)
	})
}

func TestAccountAndCapacityPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		p := w.register(maryam)
		day := civil.Of(w.clk.Now())
		capacity, err := w.s.AddCapacity(ctx, policy.Actor{Role: policy.System}, Capacity{
			Person: p.ID, Role: policy.Clerk, Unit: "10001", TitleFA: "کارمند دفتر شعبهٔ ۲", TitleEN: "Clerk of branch 2", From: day, Until: day + 30, Source: "حکم",
		})
		must(t, err)
		must(t, w.s.RecordAccess(ctx, Access{Subject: p.ID, By: policy.Actor{Person: "j", Role: policy.Judge, Name: "قاضی نمونه"}, What: "filing", Why: "court_desk"}))
		base := w.site(w.s)
		signIn := func() *browser {
			w.clk.Advance(time.Hour)
			b := w.browser(base, i18n.EN)
			b.post(pathLogin, "national_code", maryam.code, "password", goodPassword).at(pathLoginCode, 200)
			return b.post(pathLoginCode, "code", w.code(maryam.mobile)).at(pathCapacity, 200).sees("identity.capacity.title")
		}
		b, lost := signIn(), signIn()
		b.post(pathCapacity, "capacity", "somebody-else’s").at(pathCapacity, 422).sees("form.choose")
		b.post(pathCapacity, "capacity", capacity).at("/home", 200)
		if !strings.Contains(b.body, "home of clerk") {
			t.Error("not acting as clerk")
		}
		b.get(pathAccount).at(pathAccount, 200).sees("identity.access.filing").sees("identity.account.revoke_others")
		for _, words := range []string{p.JudicialID, "قاضی نمونه", "Clerk of branch 2"} {
			if !strings.Contains(b.body, words) {
				t.Errorf("the account does not show %q", words)
			}
		}
		// Somebody else's session, or one that is not there, is not found.
		other := w.register(hasan)
		w.clk.Advance(time.Hour)
		foreign := w.browser(base, i18n.EN)
		foreign.post(pathLogin, "national_code", hasan.code, "password", goodPassword).at(pathLoginCode, 200)
		foreign.post(pathLoginCode, "code", w.code(hasan.mobile)).at("/home", 200)
		theirs := theirSession(w, other.ID)
		for _, session := range []string{theirs, "nothing"} {
			b.post(pathSessions, "session", session).at(pathSessions, http.StatusNotFound)
			b.get(pathAccount).at(pathAccount, 200)
			if strings.Contains(b.body, b.p.T("identity.account.revoked")) {
				t.Error("says that a device was signed out, and none was")
			}
		}
		foreign.get(pathAccount).at(pathAccount, 200)
		b.post(pathSessions, "session", "others").at(pathAccount, 200).sees("identity.account.revoked")
		lost.get(pathAccount).at(pathLogin, 200)
		// The capacity ends: the next click asks to sign in again.
		must(t, w.s.EndCapacity(ctx, policy.Actor{Role: policy.System}, p.ID, capacity, ""))
		b.get(pathAccount).at(pathLogin, 200)
	})
}

// theirSession is the id of the one session of a person.
func theirSession(w *world, person string) string {
	w.t.Helper()
	session, err := store.One[string](w.t.Context(), w.db, `SELECT id FROM web_session WHERE person = $1`, person)
	must(w.t, err)
	return session
}

func TestDemoPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := w.register(maryam)
		b := w.browser(w.site(w.s), i18n.FA)
		b.post(pathDemo, "person", p.ID, "capacity", "")
		if b.status != http.StatusNotFound && b.status != http.StatusMethodNotAllowed {
			t.Fatalf("outside a demo: %d", b.status)
		}
		d := w.deps
		d.Demo = true
		d.DemoLogins = func(context.Context) []DemoLogin {
			return []DemoLogin{{Person: p.ID, TitleFA: "مریم رضایی", TitleEN: "Maryam Rezaei", NoteFA: "خواهان", NoteEN: "Plaintiff"}}
		}
		b = w.browser(w.site(w.service(d)), i18n.FA)
		b.get(pathLogin).at(pathLogin, 200).sees("identity.demo.title")
		b.post(pathDemo, "person", "somebody", "capacity", "")
		if b.status != http.StatusNotFound {
			t.Fatalf("somebody without a card: %d", b.status)
		}
		b.post(pathDemo, "person", p.ID, "capacity", "", "next", "//evil.example").at("/home", 200)
	})
}

// TestRoles: what needs a signed-in person sends everybody else to sign in.
func TestRoles(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		b := w.browser(w.site(w.s), i18n.FA)
		for _, r := range w.s.Routes() {
			if strings.Join(r.RoleNames(), "") != "signed-in" {
				continue
			}
			if r.Method == http.MethodGet {
				b.get(r.Pattern).at(pathLogin, 200)
			} else {
				b.post(r.Pattern)
				if b.path == r.Pattern && b.status == 200 {
					t.Errorf("%s %s answered nobody", r.Method, r.Pattern)
				}
			}
		}
	})
}

// TestEntriesStayInTheirBrowser: neither the link of an invitation nor the
// form's own key opens somebody else's registration.
func TestEntriesStayInTheirBrowser(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		base := w.site(w.s)
		b := w.browser(base, i18n.FA)
		w.fault(w.population, sandbox.Down)
		b.get(pathRegister).fill(maryam, "birth.year", "1340").at(pathWaiting, 200)
		w.fault(w.population, sandbox.OK)
		w.clk.Advance(time.Minute)
		w.drain()
		_, link, _ := strings.Cut(w.sms.For(maryam.mobile)[0].Text, "https://tarazu.example")
		other := w.browser(base, i18n.FA)
		other.get(link).at(pathRegister, 200).sees("identity.register.invite_refused")
		if strings.Contains(other.body, maryam.code) || strings.Contains(other.body, LocalMobile(maryam.mobile)) {
			t.Error("the link shows the entries to another browser")
		}
		b.get(link).at(pathRegister, 200).sees("identity.register.no_match")

		b = w.browser(base, i18n.FA)
		b.get(pathRegister)
		form := b.body
		b.fill(maryam).at(pathCode, 200)
		b.post(pathCode, "code", w.code(maryam.mobile)).at(pathPassword, 200)
		// The next user of the telephone begins anew, and an old proof is worth
		// nothing.
		left := w.browser(base, i18n.FA)
		left.get(pathRegister).fill(hasan).at(pathCode, 200)
		left.post(pathCode, "code", w.code(hasan.mobile)).at(pathPassword, 200)
		left.post(pathRestart).at(pathRegister, 200)
		if strings.Contains(left.body, hasan.code) {
			t.Error("the entries of the user before are shown")
		}
		thief := w.browser(base, i18n.FA)
		thief.body = form
		thief.fill(maryam)
		if thief.get(pathPassword).path == pathPassword {
			t.Error("the form's key opened a proved registration")
		}
		w.clk.Advance(provedFor + time.Second)
		b.get(pathPassword).at(pathRegister, 200).sees("identity.register.stale")
	})
}
