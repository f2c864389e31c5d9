// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"strconv"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// pageView is one page of questions.
type pageView struct {
	action string
	steps  []web.Step
	step   int
	fields []fieldView
	view   web.View
	last   bool
}

// fieldView is one question with the answer kept so far.
type fieldView struct {
	catalogue.FieldDef
	Label, Hint, Value string
	On                 bool
	Options            []web.Option
}

func (s *Service) getPage(c *web.Ctx) error {
	f, d, err := s.Get(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	if f.Status != Draft {
		return c.Redirect(s.place(f, d))
	}
	return s.renderPage(c, f, d, nil, nil)
}

// postPage keeps what was typed and goes on, or shows what is wrong.
func (s *Service) postPage(c *web.Ctx) error {
	f, d, err := s.Get(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	pg, ok := d.Page(c.Param("page"))
	if !ok {
		return errs.New(errs.NotFound, "filing.not_found")
	}
	in, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	then := in.Text("then")
	answers := readAnswers(in, pg)
	if err := in.Err(); err != nil {
		return s.pageAgain(c, f, d, in, err)
	}
	wrong, err := s.Save(c.Context(), c.Actor, f.ID, pg.Key, answers)
	if err != nil {
		return s.pageAgain(c, f, d, in, err)
	}
	switch {
	case then == "later":
		c.Flash("filing.draft_kept")
		return c.Redirect("/home")
	case len(wrong) > 0:
		return s.pageAgain(c, f, d, in, errs.InvalidFields(wrong))
	}
	return c.Redirect("/filings/" + f.ID + afterPage(d, pg.Key))
}

func (s *Service) pageAgain(c *web.Ctx, f Filing, d *catalogue.Definition, in *form.Form, err error) error {
	shown, ok := c.Errors(err, in)
	if !ok {
		return err
	}
	return s.renderPage(c, f, d, in, shown)
}

// afterPage is the path behind a page: the next page, or the check.
func afterPage(d *catalogue.Definition, key string) string {
	for i, p := range d.Pages {
		if p.Key == key && i+1 < len(d.Pages) {
			return "/pages/" + d.Pages[i+1].Key
		}
	}
	return "/check"
}

// beforePage is the path of the back link.
func beforePage(d *catalogue.Definition, key string) string {
	for i, p := range d.Pages {
		if p.Key == key && i > 0 {
			return "/pages/" + d.Pages[i-1].Key
		}
	}
	return ""
}

// readAnswers takes the page's fields as typed, normalised but not judged: the
// definition judges, and a wrong answer is kept too.
func readAnswers(in *form.Form, pg catalogue.PageDef) catalogue.Answers {
	out := catalogue.Answers{}
	for _, f := range pg.Fields {
		switch f.Type {
		case catalogue.TypeYesNo:
			switch in.Text(f.Name) {
			case "yes":
				out[f.Name] = true
			case "no":
				out[f.Name] = false
			}
		case catalogue.TypeRials:
			text := in.Text(f.Name)
			if n, err := strconv.ParseInt(ungroup(text), 10, 64); err == nil {
				out[f.Name] = n
			} else if text != "" {
				out[f.Name] = text
			}
		case catalogue.TypeDate:
			if day := in.Day(f.Name, form.Optional); !in.Failed(f.Name) && in.Raw(f.Name+".year") != "" {
				out[f.Name] = day.String()
			}
		case catalogue.TypeNationalCode, catalogue.TypePostal, catalogue.TypeMobile:
			if text := persian.Identifier(in.Text(f.Name)); text != "" {
				out[f.Name] = text
			}
		default:
			if text := in.Text(f.Name); text != "" {
				out[f.Name] = text
			}
		}
	}
	return out
}

// ungroup takes separators out of an amount as people write it.
func ungroup(s string) string {
	out := make([]rune, 0, len(s))
	for _, r := range persian.Identifier(s) {
		if r != ',' && r != '٬' && r != '،' && r != '.' {
			out = append(out, r)
		}
	}
	return string(out)
}

func (s *Service) renderPage(c *web.Ctx, f Filing, d *catalogue.Definition, in *form.Form, shown *web.Errors) error {
	pg, ok := d.Page(c.Param("page"))
	if !ok {
		return errs.New(errs.NotFound, "filing.not_found")
	}
	base := "/filings/" + f.ID
	v := pageView{action: base + "/pages/" + pg.Key, view: c.View(in, shown)}
	v.steps, v.step = steps(c, d, f, pg.Key)
	for _, field := range pg.Fields {
		if d.Visible(field.Name, f.Answers) {
			v.fields = append(v.fields, s.fieldView(c, field, f.Answers))
		}
	}
	back := "/home"
	if b := beforePage(d, pg.Key); b != "" {
		back = base + b
	}
	return c.Render(web.Page{
		Title: pick(c, pg.Title.FA, pg.Title.EN), Caption: pick(c, d.Title.FA, d.Title.EN), Lead: pick(c, pg.Lead.FA, pg.Lead.EN),
		Active: "filings", Back: back, Errors: shown, Body: pageBody(c.P, v),
	})
}

// steps are the way of a filing, with the place of a page in it.
func steps(c *web.Ctx, d *catalogue.Definition, f Filing, key string) (list []web.Step, at int) {
	base := "/filings/" + f.ID
	for i, p := range d.Pages {
		list = append(list, web.Step{Label: pick(c, p.Short.FA, p.Short.EN), Href: base + "/pages/" + p.Key})
		if p.Key == key {
			at = i + 1
		}
	}
	rest := []struct{ key, href string }{{"check", base + "/check"}, {"sign", ""}}
	for _, r := range rest {
		list = append(list, web.Step{Label: c.T("filing.step." + r.key), Href: r.href})
		if r.key == key {
			at = len(list)
		}
	}
	return list, at
}

func (s *Service) fieldView(c *web.Ctx, def catalogue.FieldDef, answers catalogue.Answers) fieldView {
	v := fieldView{FieldDef: def, Label: pick(c, def.Label.FA, def.Label.EN), Hint: pick(c, def.Hint.FA, def.Hint.EN)}
	switch a := answers[def.Name].(type) {
	case string:
		v.Value = a
	case int64:
		v.Value = strconv.FormatInt(a, 10)
	case bool:
		v.Value, v.On = "no", a
		if a {
			v.Value = "yes"
		}
	}
	switch def.Type {
	case catalogue.TypeChoice:
		for _, o := range def.Choices {
			v.Options = append(v.Options, web.Option{Value: o.Value, Label: pick(c, o.Label.FA, o.Label.EN), Hint: pick(c, o.Hint.FA, o.Hint.EN), On: v.Value == o.Value})
		}
	case catalogue.TypeYesNo:
		for _, k := range []string{"yes", "no"} {
			v.Options = append(v.Options, web.Option{Value: k, Label: c.T("filing." + k), On: v.Value == k})
		}
	case catalogue.TypeProvince:
		for _, p := range s.d.Authority.Provinces() {
			v.Options = append(v.Options, web.Option{Value: p.Key, Label: pick(c, p.NameFA, p.NameEN), On: v.Value == p.Key})
		}
	case catalogue.TypeCounty:
		for _, p := range s.d.Authority.Provinces() {
			for _, k := range s.d.Authority.Counties(p.Key) {
				v.Options = append(v.Options, web.Option{Value: k.Key, Label: pick(c, k.NameFA, k.NameEN), On: v.Value == k.Key})
			}
		}
	}
	return v
}
