// SPDX-License-Identifier: Apache-2.0

package body

import (
	"strings"

	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// onTop is the answer for a unit under no other one.
const onTop = "top"

// arrangeView is a form about a unit: a new one if it has no id.
type arrangeView struct {
	web.View
	u     Unit
	act   string
	units []web.Option
	posts int // that end with it
	under bool
}

// places lists where a unit may stand; of a new one ("") everywhere.
func (v *arrangeView) places(p standpoint, now string) {
	lang := v.P.Lang()
	v.units = []web.Option{{Value: onTop, Label: v.T("body.place.top"), On: now == ""}}
	p.walk("", 1, func(u Unit, _ int) {
		if v.u.ID != "" && p.within(u.ID, v.u.ID) {
			return
		}
		path := p.path(u.ID)
		names := make([]string, len(path))
		for i, x := range path {
			names[i] = x.Name(lang)
		}
		v.units = append(v.units, web.Option{Value: u.ID, Label: strings.Join(names, " › "), On: now == u.ID})
	})
}

func (v arrangeView) place() web.Choice {
	return web.Choice{Name: "parent", Label: v.T("body.place.under"), Options: v.units}
}

func parentOf(f *form.Form) string {
	parent := f.Text("parent", form.Required, form.Max(64))
	if parent == onTop {
		return ""
	}
	return parent
}

func (s *Service) newUnitPage(c *web.Ctx) error { return s.drawNew(c, c.View(nil, nil)) }

func (s *Service) drawNew(c *web.Ctx, view web.View) error {
	p, err := s.arranger(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	v := arrangeView{View: view, act: id.New()}
	v.places(p, c.Query("under"))
	return c.Render(web.Page{
		Title: c.T("body.new.title"), Caption: c.Actor.ForName, Lead: c.T("body.new.lead"), Active: "account", Back: Path, Errors: view.Errors, Body: newUnitBody(v),
	})
}

func (s *Service) postUnit(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	n := NewUnit{
		NameFA: f.Text("name_fa", form.Required, form.Max(maxName)), NameEN: f.Text("name_en", form.Max(maxName)),
		Code: f.Text("code", form.Required, form.Max(maxCode)), Parent: parentOf(f), Act: f.Text("act", form.Max(64)),
	}
	var u Unit
	if err = f.Err(); err == nil {
		u, err = s.Make(c.Context(), c.Actor, n)
	}
	return c.After(f, err, "body.new.done", u.path(), s.drawNew)
}

func (s *Service) namePage(c *web.Ctx) error { return s.drawName(c, c.View(nil, nil)) }

func (s *Service) drawName(c *web.Ctx, view web.View) error {
	_, u, err := s.arranged(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("body.name.title"), Caption: u.Name(c.P.Lang()), Lead: c.T("body.name.lead"), Active: "account", Back: u.path(), Errors: view.Errors,
		Body: nameBody(arrangeView{View: view, u: u}),
	})
}

func (s *Service) postName(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	n := NewUnit{
		NameFA: f.Text("name_fa", form.Required, form.Max(maxName)), NameEN: f.Text("name_en", form.Max(maxName)),
		Code: f.Text("code", form.Required, form.Max(maxCode)),
	}
	if err = f.Err(); err == nil {
		err = s.Rename(c.Context(), c.Actor, c.Param("id"), n)
	}
	return s.arrangeDone(c, f, err, "body.name.done", s.drawName)
}

// arrangeDone goes back to the unit, or shows the form again with what was wrong.
func (s *Service) arrangeDone(c *web.Ctx, f *form.Form, err error, words string, again func(*web.Ctx, web.View) error) error {
	return c.After(f, err, words, pathUnits+"/"+c.Param("id"), again)
}

func (s *Service) placePage(c *web.Ctx) error { return s.drawPlace(c, c.View(nil, nil)) }

func (s *Service) drawPlace(c *web.Ctx, view web.View) error {
	p, u, err := s.arranged(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	v := arrangeView{View: view, u: u}
	v.places(p, u.Parent)
	return c.Render(web.Page{
		Title: c.T("body.place.title"), Caption: u.Name(c.P.Lang()), Lead: c.T("body.place.lead"), Active: "account", Back: u.path(), Errors: view.Errors, Body: placeBody(v),
	})
}

func (s *Service) postPlace(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	parent := parentOf(f)
	if err = f.Err(); err == nil {
		err = s.Move(c.Context(), c.Actor, c.Param("id"), parent)
	}
	return s.arrangeDone(c, f, err, "body.place.done", s.drawPlace)
}

// endUnitPage says what ending means, and asks.
func (s *Service) endUnitPage(c *web.Ctx) error {
	_, u, err := s.arranged(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	d, err := s.Unit(c.Context(), c.Actor, u.ID)
	if err != nil {
		return err
	}
	v := arrangeView{View: c.View(nil, nil), u: u, under: len(d.Below) > 0}
	for _, x := range d.Posts {
		if x.Standing(s.today()) != Ended {
			v.posts++
		}
	}
	return c.Render(web.Page{
		Title: c.T("body.end.title"), Caption: u.Name(c.P.Lang()), Active: "account", Back: u.path(), Body: endUnitBody(v),
	})
}

func (s *Service) postEndUnit(c *web.Ctx) error {
	if err := s.Close(c.Context(), c.Actor, c.Param("id")); err != nil {
		return err
	}
	c.Flash("body.end.done")
	return c.Redirect(Path)
}
