// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"github.com/tarazu/tarazu/internal/identity/factor"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// appView is the page on which an app is set up.
type appView struct {
	web.View
	Offer factor.Offer
}

// SampleRecoveryCode shows what recovery codes look like; it is nobody's.
const SampleRecoveryCode = "K7QF-2M9X-HB4T"

// recoveryView shows recovery codes, this once.
type recoveryView struct {
	web.View
	Codes []string
}

// byApp stands in the session where else the id of a code is.
const byApp = "app"

func sentOrApp(ch Challenge) string {
	if ch.Code == "" {
		return byApp
	}
	return ch.Code
}

func fromApp(ch Challenge) Challenge {
	if ch.Code == byApp {
		ch.Code, ch.App = "", true
	}
	return ch
}

func (s *Service) showApp(c *web.Ctx) error {
	if !fresh(c) {
		return c.Redirect(provePath(pathApp))
	}
	o, err := s.OfferApp(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return s.appPage(c, appView{View: c.View(nil, nil), Offer: o})
}

func (s *Service) appPage(c *web.Ctx, v appView) error {
	return c.Render(web.Page{
		Title: c.T("identity.app.add"), Lead: c.T("identity.ways.app_text"), Active: "account", Back: pathWays, Errors: v.Errors, Body: appBody(v),
	})
}

func (s *Service) postApp(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	if sent, err := s.stale(c); sent {
		return err
	}
	state, code := f.Text("state", form.Max(2000)), f.Code("code", 6)
	if err = f.Err(); err == nil {
		if err = s.AddApp(c.Context(), c.Actor, state, code); err == nil {
			c.Flash("identity.ways.app_added")
			return c.Redirect(pathWays)
		}
	}
	shown, err := mended(c, err)
	if err != nil {
		return err
	}
	o, err := s.OfferAppAgain(c.Context(), c.Actor, state)
	if errs.Is(err, errs.Invalid) { // too old: from the beginning
		o, err = s.OfferApp(c.Context(), c.Actor)
	}
	if err != nil {
		return err
	}
	return s.appPage(c, appView{View: c.View(nil, shown), Offer: o})
}

func (s *Service) postAppEnd(c *web.Ctx) error {
	if _, err := c.Form(maxForm); err != nil {
		return err
	}
	if sent, err := s.stale(c); sent {
		return err
	}
	if err := s.RemoveApp(c.Context(), c.Actor); err != nil && !errs.Is(err, errs.NotFound) {
		return s.waysRefused(c, err)
	}
	c.Flash("identity.ways.app_ended")
	return c.Redirect(pathWays)
}

// waysRefused shows the ways of signing in with what went wrong.
func (s *Service) waysRefused(c *web.Ctx, err error) error {
	shown, err := mendedKey(c, err)
	if err != nil {
		return err
	}
	return s.waysPage(c, c.View(nil, shown))
}

// postSMSStep has a text message count as the second step, or not.
func (s *Service) postSMSStep(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	on := f.Choice("step", "on", "off") == "on"
	if err := f.Err(); err != nil {
		return err
	}
	if sent, err := s.stale(c); sent {
		return err
	}
	if err := s.SetSMSStep(c.Context(), c.Actor, on); err != nil {
		return s.waysRefused(c, err)
	}
	if on {
		c.Flash("identity.sms_off.now_on")
	} else {
		c.Flash("identity.sms_off.now_off")
	}
	return c.Redirect(pathWays)
}

// otherStepPage asks for a second step that is no message: the app, a passkey, a
// recovery code, as they are there.
func (s *Service) otherStepPage(c *web.Ctx, v codeView, have factor.Standing, page web.Page) error {
	if !have.SMS() {
		v.Resend = ""
	}
	page.Errors = v.Errors
	if have.Apps > 0 {
		page.Title, page.Body = c.T("identity.app.title"), appCodeBody(v)
	} else {
		page.Title, page.Body = c.T("identity.code.other"), otherStepBody(v)
	}
	return c.Render(page)
}

// postRecoveryCodes shows the codes on the answer itself: they are in no address
// and in no session.
func (s *Service) postRecoveryCodes(c *web.Ctx) error {
	if _, err := c.Form(maxForm); err != nil {
		return err
	}
	if sent, err := s.stale(c); sent {
		return err
	}
	codes, err := s.MakeRecoveryCodes(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("identity.ways.recovery"), Active: "account", Body: recoveryCodesBody(recoveryView{View: c.View(nil, nil), Codes: codes}),
	})
}

func (s *Service) showLoginRecovery(c *web.Ctx) error {
	if _, ok, err := s.challengeOf(c); !ok {
		return err
	}
	return s.loginRecoveryPage(c, c.View(nil, nil))
}

func (s *Service) loginRecoveryPage(c *web.Ctx, view web.View) error {
	return c.Render(web.Page{Title: c.T("identity.recovery.use"), Back: pathLoginCode, Errors: view.Errors, Body: loginRecoveryBody(view)})
}

func (s *Service) postLoginRecovery(c *web.Ctx) error {
	ch, ok, err := s.challengeOf(c)
	if !ok {
		return err
	}
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	code := f.Text("code", form.Missing("identity.recovery.wrong"), form.Max(40))
	if err = f.Err(); err == nil {
		if err = s.FinishByRecovery(c.Context(), ch, code, from(c)); err == nil {
			keepNext(c, pathWays) // where a new telephone belongs
			c.Put(keyMethod, "recovery")
			return s.enter(c, ch.Person, "")
		}
	}
	shown, err := mended(c, err)
	if err != nil {
		return err
	}
	return s.loginRecoveryPage(c, c.View(nil, shown))
}
