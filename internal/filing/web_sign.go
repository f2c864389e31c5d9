// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"errors"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// signView is the signature page: what is signed, and the code.
type signView struct {
	id     string
	steps  []web.Step
	step   int
	parts  []checkPart
	hash   string
	sent   bool
	mobile string
	paid   bool
	view   web.View
	others string // who has to sign instead of the reader; "" if the reader may
}

func (s *Service) getSign(c *web.Ctx) error {
	f, d, err := s.Get(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	if f.Status == Payable { // the payment may have been settled a moment ago
		if err := s.d.Payment.Refresh(c.Context(), f.Owner, f.Payment); err != nil && !errs.Is(err, errs.Unavailable) {
			return err
		}
		if err := s.catchUp(c.Context(), f); err != nil {
			return err
		}
		if f, d, err = s.Get(c.Context(), c.Actor, c.Param("id")); err != nil {
			return err
		}
	}
	if f.Status != Signable {
		return c.Redirect(s.place(f, d))
	}
	if missing := new(level.Missing); errors.As(s.maySign(c.Actor, f, d), &missing) { // offered before the code is sent
		return c.Redirect(s.d.MoreProof(c.Actor, missing.Need, "/filings/"+f.ID+"/sign"))
	}
	return s.renderSign(c, f, d, nil, nil)
}

// postCode sends a signature code.
func (s *Service) postCode(c *web.Ctx) error {
	f, d, err := s.Get(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	err = s.SendSignatureCode(c.Context(), c.Actor, f.ID)
	switch {
	case identity.CodeWaits(err): // a second click, or impatience: the last code is good
		c.Flash("filing.sign.code_waits")
	case err != nil:
		return s.signAgain(c, f, d, nil, err)
	default:
		c.Flash("filing.sign.code_sent")
	}
	return c.Redirect("/filings/" + f.ID + "/sign")
}

// postSign signs with the code and submits.
func (s *Service) postSign(c *web.Ctx) error {
	f, d, err := s.Get(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	in, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	code, shown := in.Code("code", identity.CodeDigits, form.Required), in.Text("record")
	err = in.Err()
	if err == nil && f.Status == Signable && shown != f.Hash { // a stale tab shows another record than it would sign
		err = errs.New(errs.Conflict, "filing.changed_meanwhile")
	}
	if err != nil {
		return s.signAgain(c, f, d, in, err)
	}
	if _, err := s.Submit(c.Context(), c.Actor, f.ID, code); err != nil {
		return s.signAgain(c, f, d, in, err)
	}
	return c.Redirect("/filings/" + f.ID + "/done")
}

func (s *Service) signAgain(c *web.Ctx, f Filing, d *catalogue.Definition, in *form.Form, err error) error {
	shown, ok := c.Errors(err, in)
	if errs.Is(err, errs.RateLimited) { // of sent or tried codes: said here, where one can go on later
		shown, ok = &web.Errors{Items: []web.ErrorItem{{Words: c.P.Error(err)}}}, true
	}
	if !ok || f.Status != Signable {
		return err
	}
	return s.renderSign(c, f, d, in, shown)
}

func (s *Service) renderSign(c *web.Ctx, f Filing, d *catalogue.Definition, in *form.Form, shown *web.Errors) error {
	p, err := s.d.Identity.Person(c.Context(), c.Actor.Person)
	if err != nil {
		return err
	}
	mine, err := s.signedBy(c.Context(), c.Actor, f)
	if err != nil {
		return err
	}
	v := signView{id: f.ID, hash: f.Hash, sent: f.Code != "" && mine, mobile: i18n.LTR(identity.MaskContact(p.Contact())), paid: f.Payment != "", view: c.View(in, shown)}
	if !c.Actor.Has(policy.Sign) || f.closedTo(d, c.Actor) {
		v.others = c.Actor.ForName
	}
	v.steps, v.step = steps(c, d, f, "sign")
	if v.parts, err = s.answersView(c, f, d, false); err != nil {
		return err
	}
	part, err := s.forPart(c, f, d)
	if err != nil {
		return err
	}
	if len(part.rows) > 0 {
		v.parts = append([]checkPart{part}, v.parts...)
	}
	back := ""
	if f.Payment == "" {
		back = "/home"
	}
	return c.Render(web.Page{
		Title: c.T("filing.sign.title"), Caption: pick(c, d.Title.FA, d.Title.EN), Lead: c.T("filing.sign.lead"),
		Active: "filings", Back: back, Errors: shown, Body: signBody(c.P, v),
	})
}
