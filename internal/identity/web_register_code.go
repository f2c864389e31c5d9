// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// codeView is what a page that asks for a code shows.
type codeView struct {
	web.View
	Step   int // of a registration; 0: none
	Sent   SentCode
	Action string
	Resend string
	Wrong  string // page to go to if the number is wrong; "" for none
	Note   string
	// Recovery is the page for whoever has lost their telephone; "" for none.
	Recovery string
	// Key offers a passkey in place of the code; nil for none.
	Key *keyForm
}

// with is the page about a code that was sent.
func (v codeView) with(sent SentCode) codeView {
	v.Sent = sent
	return v
}

func (s *Service) showCode(c *web.Ctx) error {
	reg, ok, err := s.current(c, pathCode)
	if !ok {
		return err
	}
	return s.codePage(c, reg, c.View(nil, nil))
}

func (s *Service) codePage(c *web.Ctx, reg Registration, view web.View) error {
	sent, err := s.SentCode(c.Context(), reg.Code)
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("identity.code.title"), Back: registerPath(reg.Class), Errors: view.Errors,
		Body: codeBody(codeView{
			View: view, Step: 2, Sent: sent, Action: pathCode, Resend: pathResend, Wrong: registerPath(reg.Class), Note: takeNote(c),
		}),
	})
}

func (s *Service) postCode(c *web.Ctx) error {
	reg, ok, err := s.current(c, pathCode)
	if !ok {
		return err
	}
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	entered := f.Code("code", CodeDigits, form.Missing("identity.code.missing"))
	if err = f.Err(); err == nil {
		if reg, err = s.Prove(c.Context(), reg.ID, entered); err == nil {
			return c.Redirect(stepPath(reg))
		}
	}
	shown, err := mended(c, err)
	if err != nil {
		return err
	}
	return s.codePage(c, reg, c.View(nil, shown))
}

// postResend serves the code page and the page of an invitation.
func (s *Service) postResend(c *web.Ctx) error {
	reg, ok, err := s.current(c, pathCode, pathContinue)
	if !ok {
		return err
	}
	next, err := s.Resend(c.Context(), reg.ID)
	switch {
	case err == nil:
		if reg.State == CodeOut {
			c.Flash("identity.code.sent_again")
		}
		return c.Redirect(stepPath(next))
	case CodeWaits(err):
		note(c, "identity.code.under_way")
		return c.Redirect(stepPath(reg))
	case errs.Is(err, errs.RateLimited):
		note(c, "identity.code.mobile_note")
		return c.Redirect(stepPath(reg))
	}
	return err
}

func (s *Service) showKnown(c *web.Ctx) error {
	reg, ok, err := s.current(c, pathKnown)
	if !ok {
		return err
	}
	simple, err := s.simple(c, reg)
	if err != nil {
		return err
	}
	if !simple {
		return c.Redirect(pathRecover)
	}
	return c.Render(web.Page{Title: c.T("identity.known.title"), Body: knownBody(c.P)})
}

func (s *Service) showPassword(c *web.Ctx) error {
	reg, ok, err := s.current(c, pathPassword, pathKnown)
	if !ok {
		return err
	}
	if reg.State == Known {
		simple, err := s.simple(c, reg)
		if err != nil {
			return err
		}
		if !simple {
			return c.Redirect(pathRecover)
		}
	}
	return s.passwordPage(c, reg, c.View(nil, nil))
}

func (s *Service) passwordPage(c *web.Ctx, reg Registration, view web.View) error {
	page := web.Page{Title: c.T("identity.password.title"), Errors: view.Errors, Body: passwordBody(view, reg)}
	if reg.State == Known {
		page.Title, page.Back = c.T("identity.password.renew"), pathKnown
	}
	return c.Render(page)
}

func (s *Service) postPassword(c *web.Ctx) error {
	reg, ok, err := s.current(c, pathPassword, pathKnown)
	if !ok {
		return err
	}
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	f.Known("username")
	password, again := f.Password("password", form.Missing("identity.password.missing")), f.Password("again", form.Missing("identity.password.again_missing"))
	if !f.Failed("password") && !f.Failed("again") && normalPassword(password) != normalPassword(again) {
		f.Fail("again", "identity.password.differ")
	}
	if err = f.Err(); err == nil {
		var p Person
		if p, err = s.Finish(c.Context(), reg.ID, password); err == nil {
			return s.registered(c, reg, p)
		}
	}
	if isCode(err, "identity.register.known_now") {
		return c.Redirect(pathKnown)
	}
	if isCode(err, "identity.register.guarded") {
		return c.Redirect(pathRecover)
	}
	shown, err := mended(c, err)
	if err != nil {
		return err
	}
	return s.passwordPage(c, reg, c.View(nil, shown))
}

// registered signs the person in whose registration has just ended. The other
// devices of somebody whose account was there before have to sign in again: at once
// here, and by a job should this not come so far.
func (s *Service) registered(c *web.Ctx, reg Registration, p Person) error {
	if err := s.SignedIn(c.Context(), p.ID, from(c), "registration"); err != nil {
		return err
	}
	if s.sessions != nil {
		if err := s.sessions.RevokeAll(c.Context(), p.ID, ""); err != nil {
			return err
		}
	}
	if reg.State == Known {
		c.Flash("identity.password.renewed")
		return s.enter(c, p.ID, "")
	}
	c.Put(keyNext, pathDone)
	return s.enter(c, p.ID, AsCitizen)
}

func (s *Service) showDone(c *web.Ctx) error {
	p, err := s.Person(c.Context(), c.Actor.Person)
	if err != nil {
		return err
	}
	if v, found, err := s.ProvisionalOf(c.Context(), s.d.DB, p.ID); err != nil || found && v.Open() {
		if err != nil {
			return err
		}
		return c.Render(web.Page{
			Title: c.T("identity.provisional.done"), NoHeading: true, Body: doneProvisionalBody(c.P, p, v, s.d.Home),
		})
	}
	return c.Render(web.Page{
		Title: c.T("identity.done.title"), NoHeading: true, Body: doneBody(c.P, p, s.d.Home),
	})
}
