// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// cast is who may sign in during a test.
type cast map[string]policy.Actor

// Actor implements web.ActorSource.
func (c cast) Actor(_ context.Context, person, _ string) (policy.Actor, error) {
	for _, a := range c {
		if a.Person == person {
			return a, nil
		}
	}
	return policy.Actor{}, errs.New(errs.NotFound, "")
}

// site is the real router with the pages of notice and docket.
type site struct {
	*httptest.Server
	t      *testing.T
	client *http.Client
}

func newSite(t *testing.T, r *rig, people cast) *site {
	t.Helper()
	srv := must(web.New(web.Deps{DB: r.db, Clock: r.clk, Log: r.log, Catalog: r.cat, Actors: people}))(t)
	srv.Mount(r.notice.Routes()...)
	srv.Mount(r.Routes()...)
	srv.Mount(web.Route{Method: http.MethodGet, Pattern: "/test/as/{who}", Roles: web.Anyone, Handle: func(c *web.Ctx) error {
		if err := c.SignIn(people[c.Param("who")].Person, "test"); err != nil {
			return err
		}
		return c.Redirect("/cases")
	}})
	h := srv.Handler()
	if err := srv.Check(); err != nil {
		t.Fatal(err)
	}
	s := &site{Server: httptest.NewServer(h), t: t}
	t.Cleanup(s.Close)
	return s
}

// as starts a browser without script, signed in as somebody.
func (s *site) as(who string) {
	s.t.Helper()
	s.client = &http.Client{Jar: must(cookiejar.New(nil))(s.t)}
	s.get("/test/as/" + who)
}

func (s *site) get(path string) (int, string) {
	s.t.Helper()
	return s.read(s.client.Get(s.URL + path))
}

func (s *site) post(path string, v url.Values) (int, string) {
	s.t.Helper()
	return s.read(s.client.PostForm(s.URL+path, v))
}

func (s *site) read(res *http.Response, err error) (int, string) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	b := must(io.ReadAll(res.Body))(s.t)
	if strings.Contains(string(b), "⟦") {
		s.t.Errorf("words are missing: %s", regexp.MustCompile(`⟦[^⟧]*⟧`).FindAllString(string(b), -1))
	}
	return res.StatusCode, string(b)
}

func (s *site) has(page string, parts ...string) {
	s.t.Helper()
	for _, p := range parts {
		if !strings.Contains(page, p) {
			s.t.Errorf("the page lacks %q", p)
		}
	}
}

// The pages from the registered case to the explained deadline, for each side.
func TestPages(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d, x := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده\u200cپور"), r.person(t, "نیما", "بیگانه")
		s := newSite(t, r, cast{"plaintiff": p, "defendant": d, "stranger": x, "clerk": clerk, "head": head, "second": second,
			"foreign": {Person: "clerk-7", Role: policy.Clerk, Unit: "00201", Assurance: 2, Name: "کارمند دیگر"}})
		c := r.open(t, debt("f1", p, d))
		issued := r.serve(t, c, Defendant, "cpc-336", "k1")
		r.drain(t)
		caseURL, inboxURL := "/cases/"+c.ID, "/inbox/"+issued.ID
		due := must(r.OpenDeadlines(t.Context(), d))(t)[0]
		deadlineURL := caseURL + "/deadlines/" + due.Deadline

		s.as("stranger")
		for _, path := range []string{caseURL, inboxURL, inboxURL + "/paper", inboxURL + "/receipt", deadlineURL, deadlineURL + "/calendar.ics"} {
			if code, _ := s.get(path); code != http.StatusNotFound {
				t.Errorf("a stranger gets %d for %s", code, path)
			}
		}
		if code, _ := s.post(inboxURL+"/open", nil); code != http.StatusNotFound {
			t.Errorf("a stranger opens: %d", code)
		}
		if code, _ := s.post(caseURL+"/branch", url.Values{"branch": {"1"}, "version": {"1"}}); code != http.StatusForbidden {
			t.Errorf("a stranger refers: %d", code)
		}

		s.as("defendant")
		_, page := s.get("/inbox")
		s.has(page, "دادنامهٔ مطالبهٔ وجه", `href="`+inboxURL+`"`)
		for range 2 { // looking does not open
			_, page = s.get(inboxURL)
			s.has(page, "باز کردن ابلاغ چه معنایی دارد", `action="`+inboxURL+`/open"`, `method="post"`)
			if strings.Contains(page, "محکوم") {
				t.Error("the paper shows before opening")
			}
		}
		if _, page = s.get(inboxURL + "/paper"); !strings.Contains(page, `/open"`) {
			t.Error("the paper can be had without opening")
		}
		if _, page = s.get(inboxURL + "/receipt"); !strings.Contains(page, `/open"`) {
			t.Error("the receipt can be had without opening")
		}
		_, page = s.post(inboxURL+"/open", url.Values{})
		s.has(page, "محکوم", "data-refresh", "/briefs/new/"+c.ID, "تاریخ مطمئن")
		if strings.Contains(page, inboxURL+"/receipt") {
			t.Error("a receipt is offered before there is one")
		}
		must(r.ledger.Sequence(t.Context()))(t)
		r.drain(t)
		_, page = s.get(inboxURL + "/paper")
		s.has(page, `href="`+inboxURL+`/receipt"`, "?of=viewing")
		if _, file := s.get(inboxURL + "/receipt"); !strings.HasPrefix(file, "c2sp.org/tlog-proof@v1") {
			t.Errorf("receipt %.60q", file)
		}
		_, page = s.get(caseURL)
		s.has(page, c.Number, "رضا خوانده\u200cپور (شما)", "خواهان", deadlineURL)
		for _, secret := range []string{"خیابان ملک", "0000000019"} {
			if strings.Contains(page, secret) {
				t.Errorf("the defendant sees %s", secret)
			}
		}
		_, page = s.get(deadlineURL)
		s.has(page, "مادهٔ ۳۳۶", "تاریخ مطمئن", "calendar.ics", "۱۰ خرداد ۱۴۰۴")
		if code, ics := s.get(deadlineURL + "/calendar.ics"); code != http.StatusOK || !strings.Contains(ics, "BEGIN:VCALENDAR") || strings.Contains(ics, c.Number) {
			t.Errorf("calendar file: %d %s", code, ics)
		}

		s.as("plaintiff")
		_, page = s.get(caseURL)
		s.has(page, "ابلاغ را باز کرد")
		if strings.Contains(page, "گردو") || strings.Contains(page, deadlineURL) || strings.Contains(page, inboxURL) {
			t.Error("the plaintiff sees what is the defendant’s")
		}
		if code, _ := s.get(deadlineURL); code != http.StatusNotFound {
			t.Errorf("the plaintiff gets %d for the other side's deadline", code)
		}

		s.as("clerk")
		unknown := debt("f9", p, policy.Actor{})
		unknown.Parties[1].NationalCode = "0009999991" // nobody with an account has it
		r.serve(t, r.open(t, unknown), Defendant, "", "k9")
		_, page = s.get("/cases")
		s.has(page, "۱ ابلاغ در انتظار ابلاغ کاغذی", `action="/cases/find"`)
		if _, page = s.post("/cases/find", url.Values{"number": {r.cat.Printer(i18n.FA).Digits(c.Number)}}); !strings.Contains(page, "سارا") {
			t.Error("a case is not found by its number in Persian digits")
		}
		if code, page := s.post("/cases/find", url.Values{"number": {"140400920010199999"}}); code != http.StatusUnprocessableEntity || !strings.Contains(page, `role="alert"`) {
			t.Errorf("an unknown number: %d", code)
		}

		s.as("foreign")
		if code, _ := s.post("/cases/find", url.Values{"number": {c.Number}}); code != http.StatusUnprocessableEntity {
			t.Errorf("another unit finds the case: %d", code)
		}
		if code, _ := s.get(caseURL); code != http.StatusNotFound {
			t.Errorf("another unit sees the case: %d", code)
		}

		s.as("second")
		if _, page = s.get(caseURL); strings.Contains(page, caseURL+"/branch") {
			t.Error("the second branch may refer")
		}
		s.as("head")
		_, page = s.get("/cases?show=pending")
		s.has(page, c.Number)
		_, page = s.get(caseURL)
		s.has(page, caseURL+"/branch", `name="version" value="1"`, "گردو")
		if code, page := s.post(caseURL+"/branch", url.Values{"version": {"1"}}); code != http.StatusUnprocessableEntity || !strings.Contains(page, `role="alert"`) {
			t.Errorf("no branch chosen: %d", code)
		}
		if err := r.ConfirmBranch(t.Context(), deputy, c.ID, "3", 1); err != nil {
			t.Fatal(err)
		}
		code, page := s.post(caseURL+"/branch", url.Values{"branch": {"2"}, "version": {"1"}})
		if code != http.StatusUnprocessableEntity {
			t.Errorf("second to confirm: %d", code)
		}
		s.has(page, deputy.Name, "شعبهٔ 3")
	})
}
