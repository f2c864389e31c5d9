// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// registerView is what the first page of a registration shows.
type registerView struct {
	web.View
	Reg  Registration // entries from before; zero if there are none
	Key  string
	Note string // locale key of a notice
}

// stepPath is the page on which a registration goes on.
func stepPath(reg Registration) string {
	switch reg.State {
	case CodeOut:
		return pathCode
	case Proved:
		return pathPassword
	case Known:
		return pathKnown
	case Waiting:
		return pathWaiting
	case Ready:
		return pathContinue
	case Done:
		return pathDone
	}
	return registerPath(reg.Class)
}

// current is the registration of this session. ok is false if there is none,
// or it is at another step: the answer then leads there.
func (s *Service) current(c *web.Ctx, paths ...string) (reg Registration, ok bool, err error) {
	reg, err = s.fromSession(c)
	switch {
	case err != nil:
		return reg, false, err
	case reg.ID == "" && c.Actor.Person != "":
		return reg, false, c.Redirect(s.d.Home)
	case reg.ID == "":
		note(c, "identity.register.stale")
		return reg, false, c.Redirect(pathRegister)
	}
	for _, path := range paths {
		if stepPath(reg) == path {
			return reg, true, nil
		}
	}
	return reg, false, c.Redirect(stepPath(reg))
}

// fromSession is the zero Registration if the session has none.
func (s *Service) fromSession(c *web.Ctx) (Registration, error) {
	regID := c.Get(keyRegistration)
	if regID == "" {
		return Registration{}, nil
	}
	reg, err := s.Registration(c.Context(), regID)
	if errs.Is(err, errs.NotFound) || (err == nil && reg.stale(c.Now())) {
		c.Drop(keyRegistration)
		return Registration{}, nil
	}
	return reg, err
}

// postRestart forgets the registration in this browser: somebody else wants to
// register.
func (s *Service) postRestart(c *web.Ctx) error {
	c.Drop(keyRegistration)
	return c.Redirect(pathRegister)
}

func (s *Service) showRegister(c *web.Ctx) error { return s.showFirst(c, Resident) }

// showFirst is the first page of a registration of a class.
func (s *Service) showFirst(c *web.Ctx, class Class) error {
	if c.Actor.Person != "" {
		return c.Redirect(s.d.Home)
	}
	reg, err := s.fromSession(c)
	if err != nil {
		return err
	}
	if reg.State == Proved || reg.State == Known {
		return c.Redirect(stepPath(reg))
	}
	if reg.State == Done {
		c.Drop(keyRegistration)
		reg = Registration{}
	}
	if reg.Class != class { // what was typed elsewhere does not belong here
		reg = Registration{Entries: Entries{Class: class}}
	}
	v := registerView{View: c.View(nil, nil), Reg: reg, Key: id.Secret(16), Note: takeNote(c)}
	if reg.State == Refused {
		if v.Errors, err = mended(c, refusal(reg.Cause)); err != nil {
			return err
		}
	}
	return s.registerPage(c, v)
}

func (s *Service) registerPage(c *web.Ctx, v registerView) error {
	page := web.Page{Title: c.T("identity.register.title"), Lead: c.T("identity.register.lead"), Errors: v.Errors, Body: registerBody(v)}
	if class := v.Reg.Class; class == Abroad || class == Foreign {
		page.Title, page.Lead, page.Back = c.T("identity.register.title."+string(class)), c.T("identity.register.lead."+string(class)), pathRegister
		page.Body = registerOtherBody(v)
	}
	if c.R.Method == "GET" {
		page.Status = 200 // the errors of an earlier visit are no failure of this one
	}
	return c.Render(page)
}

func (s *Service) postRegister(c *web.Ctx) error {
	if c.Actor.Person != "" {
		return c.Redirect(s.d.Home)
	}
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	return s.begin(c, f, Entries{
		Class: Resident, NationalCode: f.NationalCode("national_code"), Birth: f.Day("birth", form.Missing("identity.register.birth_missing")),
		Mobile: f.Mobile("mobile"), Lang: c.P.Lang(), Address: c.IP(),
	})
}

// begin goes on from the first page, or shows it again with what is wrong.
func (s *Service) begin(c *web.Ctx, f *form.Form, e Entries) (err error) {
	key := f.Text("key", form.Max(64))
	if err = f.Err(); err == nil {
		var reg Registration
		reg, err = s.start(c, key, e)
		if reg.ID != "" {
			c.Put(keyRegistration, reg.ID)
		}
		if err == nil {
			return c.Redirect(stepPath(reg))
		}
	}
	shown, err := mended(c, err)
	if err != nil {
		return err
	}
	return s.registerPage(c, registerView{View: c.View(f, shown), Key: key, Reg: Registration{Entries: Entries{Class: e.Class}}})
}

// start finds the registration that a form belongs to: the session's, else the
// one named by the form's own secret, so that both halves of a double click
// meet. One that has passed its code is taken up by its own session only.
func (s *Service) start(c *web.Ctx, key string, e Entries) (Registration, error) {
	mine, err := s.fromSession(c)
	if err != nil {
		return Registration{}, err
	}
	regID := mine.ID
	if regID == "" || mine.State == Done {
		if key == "" {
			key = id.Secret(16)
		}
		h := hmac.New(sha256.New, s.limitSecret)
		h.Write([]byte("registration\x00" + key))
		regID = hex.EncodeToString(h.Sum(nil)[:16])
		if other, err := s.Registration(c.Context(), regID); err == nil && other.past() {
			regID = id.New()
		}
	}
	return s.Start(c.Context(), regID, e)
}

func (s *Service) showWaiting(c *web.Ctx) error {
	reg, ok, err := s.current(c, pathWaiting)
	if !ok {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("identity.waiting.title"), Body: waitingBody(c.P, reg),
	})
}

func (s *Service) showReady(c *web.Ctx) error {
	reg, ok, err := s.current(c, pathContinue)
	if !ok {
		return err
	}
	return c.Render(web.Page{Title: c.T("identity.ready.title"), Body: readyBody(c.P, reg)})
}

// showInvited takes up a registration by the link of a text message, on this or
// another device. It only reads: programs that look at links change nothing.
func (s *Service) showInvited(c *web.Ctx) error {
	reg, err := s.Invited(c.Context(), c.Param("token"))
	if errs.Is(err, errs.NotFound) {
		note(c, "identity.register.invite_gone")
		return c.Redirect(pathRegister)
	}
	if err != nil {
		return err
	}
	// Entries of others are not shown to whoever holds the telephone: before
	// the code only those who typed them in this browser see them.
	if reg.State != Ready && reg.ID != c.Get(keyRegistration) {
		note(c, "identity.register.invite_"+string(reg.State))
		return c.Redirect(pathRegister)
	}
	c.Put(keyRegistration, reg.ID)
	return c.Redirect(stepPath(reg))
}
