// SPDX-License-Identifier: Apache-2.0

package appoint

import (
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// listed is how many guardianships of a unit are shown.
const listed = 200

type guardiansView struct {
	web.View
	list  []identity.Post
	today civil.Day
}

func (s *Service) showGuardians(c *web.Ctx) error { return s.guardiansPage(c, c.View(nil, nil)) }

func (s *Service) guardiansPage(c *web.Ctx, view web.View) (err error) {
	post, _ := s.post(policy.Guardian)
	if err := s.may(c.Actor, post, "", c.Actor.Unit); err != nil {
		return err
	}
	v := guardiansView{View: view, today: s.today()}
	if v.list, err = s.d.Identity.Issued(c.Context(), c.Actor.Unit, policy.Guardian, listed); err != nil {
		return err
	}
	looks := make([]identity.Access, 0, 2*len(v.list))
	for _, g := range v.list {
		for _, who := range []string{g.Person, g.For} {
			looks = append(looks, identity.Access{Subject: who, By: c.Actor, What: "appoint.access.person", Why: "appoint.access.guardian"})
		}
	}
	if err := s.d.Identity.RecordAccesses(c.Context(), looks); err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("appoint.guardian.title"), Lead: c.T("appoint.guardian.lead"), Active: "guardianships", Errors: view.Errors, Body: guardiansBody(v),
	})
}

func (s *Service) postGuardian(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	n := Guardianship{
		Guardian: f.Text("guardian", form.Max(20)), GuardianName: f.Text("guardian_name", form.Max(100)),
		Ward: f.Text("ward", form.Max(20)), WardName: f.Text("ward_name", form.Max(100)),
		Until: f.Day("until", form.Optional), Decision: f.Text("decision", form.Max(100)),
	}
	if err = f.Err(); err == nil {
		_, err = s.AppointGuardian(c.Context(), c.Actor, n)
	}
	return s.guardianDone(c, f, err, "appoint.guardian.done")
}

func (s *Service) guardianDone(c *web.Ctx, f *form.Form, err error, words string) error {
	if err == nil {
		c.Flash(words)
		return c.Redirect(PathGuardians)
	}
	shown, ok := c.Errors(err, f)
	if !ok {
		return err
	}
	return s.guardiansPage(c, c.View(f, shown))
}

func (s *Service) postGuardianEnd(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	capacity, why := f.Text("capacity", form.Required, form.Max(64)), f.Text("why", form.Required, form.Max(300))
	if err = f.Err(); err != nil {
		return s.guardianDone(c, f, err, "")
	}
	list, err := s.d.Identity.Issued(c.Context(), c.Actor.Unit, policy.Guardian, listed)
	if err != nil {
		return err
	}
	for _, g := range list {
		if g.ID == capacity {
			return s.guardianDone(c, f, s.End(c.Context(), c.Actor, g.Person, capacity, why), "appoint.person.ended")
		}
	}
	return errs.New(errs.NotFound, "appoint.none")
}

func (v guardiansView) which() web.Choice {
	o := web.Choice{Name: "capacity", Label: v.T("appoint.guardian.end_which")}
	for _, g := range v.list {
		if g.Holds(v.today) {
			o.Options = append(o.Options, web.Option{Value: g.ID, Label: g.Name, Hint: g.Title(v.P.Lang())})
		}
	}
	return o
}

func (s *Service) showWard(c *web.Ctx) error { return s.wardPage(c, c.View(nil, nil)) }

func (s *Service) wardPage(c *web.Ctx, view web.View) error {
	return c.Render(web.Page{
		Title: c.T("appoint.ward.title"), Lead: c.T("appoint.ward.lead"), Active: "account", Back: "/capacity", Errors: view.Errors, Body: wardBody(view),
	})
}

func (s *Service) postWard(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	code, birth := f.NationalCode("national_code"), f.Day("birth")
	if err = f.Err(); err == nil {
		_, err = s.ClaimWard(c.Context(), c.Actor, code, birth)
	}
	if err == nil {
		c.Flash("appoint.ward.done")
		return c.Redirect("/capacity")
	}
	if errs.Is(err, errs.Unavailable) {
		return s.wardPage(c, c.View(f, &web.Errors{Items: []web.ErrorItem{{Words: c.P.Error(err)}}}))
	}
	shown, ok := c.Errors(err, f)
	if !ok {
		return err
	}
	return s.wardPage(c, c.View(f, shown))
}
