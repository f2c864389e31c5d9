// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"errors"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// loginView is what the sign-in page shows.
type loginView struct {
	web.View
	Next   string
	Note   string
	Cards  []DemoLogin
	People string // path of the list of everybody in a demo
	// Passkeys: this site can have them.
	Passkeys bool
}

func (s *Service) showLogin(c *web.Ctx) error {
	if c.Actor.Person != "" && !s.d.Demo {
		keepNext(c, c.Query("next"))
		return c.Redirect(s.next(c))
	}
	return s.loginPage(c, loginView{View: c.View(nil, nil), Next: c.Query("next"), Note: takeNote(c)})
}

func (s *Service) loginPage(c *web.Ctx, v loginView) error {
	if _, ok := web.LocalPath(v.Next); !ok {
		v.Next = ""
	}
	page := web.Page{Title: c.T("identity.login.title"), Errors: v.Errors}
	if s.d.Demo && s.d.DemoLogins != nil {
		v.Cards, v.People = s.d.DemoLogins(c.Context()), s.d.DemoPeople
		page.Aside = demoAside(v)
	}
	v.Passkeys = s.factors.Offered()
	page.Body = loginBody(v)
	return c.Render(page)
}

func (s *Service) postLogin(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	code, password := f.Checked("national_code", SignInName), f.Password("password", form.Missing("identity.login.password_missing"))
	next := f.Text("next", form.Max(2000))
	if err = f.Err(); err == nil {
		var ch Challenge
		if ch, err = s.Login(c.Context(), code, password, from(c)); err == nil {
			c.Put(keyPerson, ch.Person)
			c.Put(keyCode, sentOrApp(ch))
			newNonce(c)
			keepNext(c, next)
			return c.Redirect(pathLoginCode)
		}
	}
	shown, err := mended(c, err)
	if err != nil {
		return err
	}
	return s.loginPage(c, loginView{View: c.View(f, shown), Next: next})
}

// challengeOf is the sign-in under way in this session. ok is false if there is
// none: the answer then leads to the right page.
func (s *Service) challengeOf(c *web.Ctx) (ch Challenge, ok bool, err error) {
	ch = Challenge{Person: c.Get(keyPerson), Code: c.Get(keyCode)}
	if ch.Person != "" && ch.Code != "" {
		return fromApp(ch), true, nil
	}
	if c.Actor.Person != "" { // the other half of a double click has signed in
		return ch, false, c.Redirect(s.next(c))
	}
	note(c, "identity.login.stale")
	return ch, false, c.Redirect(pathLogin)
}

func (s *Service) showLoginCode(c *web.Ctx) error {
	ch, ok, err := s.challengeOf(c)
	if !ok {
		return err
	}
	return s.loginCodePage(c, ch, c.View(nil, nil))
}

func (s *Service) loginCodePage(c *web.Ctx, ch Challenge, view web.View) error {
	v := codeView{View: view, Action: pathLoginCode, Resend: pathLoginResend, Recovery: pathLoginRecovery, Note: takeNote(c)}
	have, err := s.Standing(c.Context(), ch.Person)
	if err != nil {
		return err
	}
	if s.factors.Offered() && have.Passkeys > 0 {
		v.Key = &keyForm{Do: "get", Ask: pathStepKeyAsk, Action: pathStepKey, Label: c.T("identity.code.passkey")}
	}
	if ch.Code == "" {
		return s.otherStepPage(c, v, have, web.Page{Back: pathLogin})
	}
	sent, err := s.SentCode(c.Context(), ch.Code)
	if errs.Is(err, errs.NotFound) {
		c.Drop(keyCode)
		note(c, "identity.login.stale")
		return c.Redirect(pathLogin)
	}
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("identity.code.title"), Back: pathLogin, Errors: view.Errors,
		Body: codeBody(v.with(sent)),
	})
}

func (s *Service) postLoginCode(c *web.Ctx) error {
	ch, ok, err := s.challengeOf(c)
	if !ok {
		return err
	}
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	entered := f.Code("code", CodeDigits, form.Missing("identity.code.missing"))
	if err = f.Err(); err == nil {
		var method string
		if method, err = s.finishLogin(c.Context(), ch, entered, from(c)); err == nil {
			c.Put(keyMethod, method)
			return s.enter(c, ch.Person, "")
		}
	}
	shown, err := mended(c, err)
	if err != nil {
		return err
	}
	return s.loginCodePage(c, ch, c.View(nil, shown))
}

func (s *Service) postLoginResend(c *web.Ctx) error {
	ch, ok, err := s.challengeOf(c)
	if !ok {
		return err
	}
	next, err := s.resend(c, ch)
	if err != nil {
		return err
	}
	c.Put(keyCode, sentOrApp(next))
	return c.Redirect(pathLoginCode)
}

// resend sends another code, or says why the one under way has to do.
func (s *Service) resend(c *web.Ctx, ch Challenge) (Challenge, error) {
	next, err := s.ResendLogin(c.Context(), ch)
	switch {
	case err == nil:
		c.Flash("identity.code.sent_again")
	case CodeWaits(err):
		note(c, "identity.code.under_way")
	case errs.Is(err, errs.RateLimited):
		note(c, "identity.code.mobile_note")
	case isCode(err, "identity.code.off"), isCode(err, "identity.code.number_lost"):
		e, _ := errors.AsType[*errs.Error](err)
		note(c, e.Code)
	default:
		return next, err
	}
	return next, nil
}

// postDemo enters the demo country as one of its people.
func (s *Service) postDemo(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	person, capacity := f.Text("person", form.Max(64)), f.Text("capacity", form.Max(64))
	keepNext(c, f.Text("next", form.Max(2000)))
	if err := f.Err(); err != nil {
		return err
	}
	if !s.d.Demo {
		return errs.New(errs.NotFound, "")
	}
	_, err = s.Actor(c.Context(), person, capacity)
	if errs.Is(err, errs.Unauthenticated) {
		return errs.New(errs.NotFound, "").Because(err)
	}
	if err != nil {
		return err
	}
	if err := s.SignedIn(c.Context(), person, from(c), "demo"); err != nil {
		return err
	}
	if capacity == "" {
		capacity = AsCitizen
	}
	c.Put(keyMethod, "demo")
	return s.enter(c, person, capacity)
}

func (d DemoLogin) title(l i18n.Lang) string {
	if l == i18n.EN {
		return d.TitleEN
	}
	return d.TitleFA
}

func (d DemoLogin) note(l i18n.Lang) string {
	if l == i18n.EN {
		return d.NoteEN
	}
	return d.NoteFA
}

func (d DemoLogin) group(l i18n.Lang) string {
	if l == i18n.EN {
		return d.GroupEN
	}
	return d.GroupFA
}

// demoGroups are the cards by their headings.
func demoGroups(cards []DemoLogin) [][]DemoLogin {
	var out [][]DemoLogin
	for i, d := range cards {
		if i == 0 || d.GroupEN != cards[i-1].GroupEN {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], d)
	}
	return out
}

func (d DemoLogin) try(l i18n.Lang) string {
	if l == i18n.EN {
		return d.TryEN
	}
	return d.TryFA
}
