// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

const (
	pathGoOn     = "/register/provisional"
	pathGoOnCode = "/register/provisional/code"

	// pathOwnWord is where the owner of a provisional account sees how it
	// stands and enters again what was wrong.
	pathOwnWord = "/account/provisional"
)

func (s *Service) provisionalRoutes() []web.Route {
	return []web.Route{
		{Method: http.MethodPost, Pattern: pathGoOnCode, Roles: web.Anyone, Handle: s.postGoOnCode},
		{Method: http.MethodGet, Pattern: pathGoOn, Roles: web.Anyone, Handle: s.showGoOn},
		{Method: http.MethodPost, Pattern: pathGoOn, Roles: web.Anyone, Handle: s.postGoOn},
		{Method: http.MethodGet, Pattern: pathOwnWord, Roles: web.SignedIn, Handle: s.showOwnWord},
		{Method: http.MethodPost, Pattern: pathOwnWord, Roles: web.SignedIn, Handle: s.postOwnWord},
	}
}

// worded is the key of words that say something else to whoever has no national
// card at hand.
func worded(key string, c Class) string {
	if c == Resident {
		return key
	}
	return key + ".other"
}

// numberLabel is the key of what the number is called.
func (p Provisional) numberLabel() string {
	if p.Kind == ConsularRef {
		return "identity.field.consular_ref"
	}
	return "identity.field.number"
}

// goOnView is the page on which somebody goes on while a registry is silent.
type goOnView struct {
	web.View
	Reg  Registration
	Sent SentCode
	Note string
}

// postGoOnCode sends the code, or another one.
func (s *Service) postGoOnCode(c *web.Ctx) error {
	reg, ok, err := s.current(c, pathWaiting)
	if !ok {
		return err
	}
	next, err := s.OfferProvisional(c.Context(), reg.ID)
	switch {
	case CodeWaits(err):
		note(c, "identity.code.under_way")
	case errs.Is(err, errs.RateLimited) && reg.Code != "":
		note(c, "identity.code.mobile_note")
	case err != nil:
		return err
	default:
		reg = next
	}
	if reg.State == Waiting && reg.Code != "" {
		return c.Redirect(pathGoOn)
	}
	return c.Redirect(stepPath(reg))
}

func (s *Service) showGoOn(c *web.Ctx) error {
	reg, ok, err := s.current(c, pathWaiting)
	if !ok {
		return err
	}
	return s.goOnPage(c, reg, c.View(nil, nil))
}

func (s *Service) goOnPage(c *web.Ctx, reg Registration, view web.View) error {
	if reg.Code == "" {
		return c.Redirect(pathWaiting)
	}
	sent, err := s.SentCode(c.Context(), reg.Code)
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("identity.provisional.title"), Lead: c.T(worded("identity.provisional.lead", reg.Class)), Back: pathWaiting, Errors: view.Errors,
		Body: goOnBody(goOnView{View: view, Reg: reg, Sent: sent, Note: takeNote(c)}),
	})
}

func (s *Service) postGoOn(c *web.Ctx) error {
	reg, ok, err := s.current(c, pathWaiting)
	if !ok {
		return err
	}
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	f.Known("username")
	n := ProvisionalEntries{
		Code: f.Code("code", CodeDigits, form.Missing("identity.code.missing")), FirstName: f.Text("first_name", form.Missing("identity.provisional.first_name_missing"), form.Max(maxName)),
		LastName: f.Text("last_name", form.Missing("identity.provisional.last_name_missing"), form.Max(maxName)),
		Password: f.Password("password", form.Missing("identity.password.missing")),
	}
	again := f.Password("again", form.Missing("identity.password.again_missing"))
	if !f.Failed("password") && !f.Failed("again") && normalPassword(n.Password) != normalPassword(again) {
		f.Fail("again", "identity.password.differ")
	}
	if err = f.Err(); err == nil {
		var p Person
		if p, err = s.Provisional(c.Context(), reg.ID, n); err == nil {
			return s.registered(c, reg, p)
		}
	}
	switch {
	case isCode(err, "identity.register.step"): // the registries have answered meanwhile
		return c.Redirect(pathWaiting)
	case isCode(err, "identity.provisional.have"):
		c.Drop(keyRegistration)
		note(c, "identity.provisional.have")
		return c.Redirect(pathLogin)
	}
	shown, err := mended(c, err)
	if err != nil {
		return err
	}
	return s.goOnPage(c, reg, c.View(f, shown))
}

// showOwnWord says what became of what the owner of a provisional account says
// of themselves.
func (s *Service) showOwnWord(c *web.Ctx) error { return s.ownWordPage(c, c.View(nil, nil)) }

func (s *Service) ownWordPage(c *web.Ctx, view web.View) error {
	p, found, err := s.ProvisionalOf(c.Context(), s.d.DB, c.Actor.Person)
	if err != nil {
		return err
	}
	if !found || !p.Open() {
		return c.Redirect(pathAccount)
	}
	return c.Render(web.Page{
		Title: c.T("identity.provisional.own"), Active: "account", Back: pathAccount, Errors: view.Errors, Body: ownWordBody(view, p),
	})
}

func (s *Service) postOwnWord(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	p, found, err := s.ProvisionalOf(c.Context(), s.d.DB, c.Actor.Person)
	switch {
	case err != nil:
		return err
	case !found || !p.Open():
		return c.Redirect(pathAccount)
	}
	var number string
	var birth civil.Day
	if p.Class == Resident {
		number, birth = f.NationalCode("national_code"), f.Day("birth", form.Missing("identity.register.birth_missing"))
	} else {
		number, birth = otherNumber(f, p.Kind), otherBirth(f)
	}
	if err = f.Err(); err == nil {
		if _, err = s.MendProvisional(c.Context(), c.Actor, number, birth, c.IP()); err == nil {
			return c.Redirect(pathOwnWord)
		}
	}
	if isCode(err, "identity.provisional.over") {
		return c.Redirect(pathAccount)
	}
	shown, err := mended(c, err)
	if err != nil {
		return err
	}
	return s.ownWordPage(c, c.View(f, shown))
}
