// SPDX-License-Identifier: Apache-2.0

package office

import (
	"strings"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// newView is the form for an office to be entered.
type newView struct {
	web.View
	places web.Choice
}

func (s *Service) showNew(c *web.Ctx) error { return s.newPage(c, c.View(nil, nil)) }

func (s *Service) newPage(c *web.Ctx, view web.View) error {
	counties, err := s.d.Authority.Counties(c.Context(), "")
	if err != nil {
		return err
	}
	v := newView{View: view, places: web.Choice{Name: "county", Label: c.T("office.field.place"), Prompt: c.T("office.new.choose")}}
	for _, p := range authority.Provinces() {
		for _, k := range counties {
			if k.Province == p.Key {
				v.places.Options = append(v.places.Options, web.Option{
					Value: k.Province + "/" + k.Key, Label: c.T("office.place", "county", k.Name().In(c.P.Lang()), "province", p.Name().In(c.P.Lang())),
				})
			}
		}
	}
	return c.Render(web.Page{Title: c.T("office.new.title"), Back: pathOffices, Active: "offices", Errors: view.Errors, Body: newBody(v)})
}

func (s *Service) postNew(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	o := Office{
		Code: f.Text("code", form.Required, form.Max(20)), Name: authority.Text{FA: f.Text("name_fa", form.Required, form.Max(120)), EN: f.Text("name_en", form.Required, form.Max(120))},
		Address: f.Text("address", form.Required, form.Max(300)), Phone: f.Text("phone", form.Max(20)),
		From: f.Day("from"), Until: f.Day("until", form.Optional), Source: f.Text("source", form.Required, form.Max(200)),
	}
	o.Province, o.County, _ = strings.Cut(f.Text("county", form.Missing("office.county"), form.Max(80)), "/")
	if at := f.Text("point", form.Max(60)); at != "" {
		if o.Point, err = ParsePoint(at); err != nil {
			f.Fail("point", "office.point")
		}
	}
	if err = f.Err(); err == nil {
		o, err = s.Register(c.Context(), c.Actor, o)
	}
	if err != nil {
		shown, ok := c.Errors(err, nil)
		if !ok {
			return err
		}
		return s.newPage(c, c.View(f, shown))
	}
	c.Flash("office.new.done")
	return c.Redirect(pathOf(o.Code))
}
