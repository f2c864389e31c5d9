// SPDX-License-Identifier: Apache-2.0

package desk

import (
	"slices"
	"strings"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// rulesView is the rules of a body.
type rulesView struct {
	web  web.View
	book RuleBook
	next []Forecast // a preview; nil: none was asked for
}

func (s *Service) rulesPage(c *web.Ctx) error { return s.drawRules(c, c.View(nil, nil)) }

func (s *Service) drawRules(c *web.Ctx, view web.View) error { return s.showRules(c, view, nil) }

func (s *Service) showRules(c *web.Ctx, view web.View, next []Forecast) error {
	book, err := s.Rules(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	if next == nil && len(book.List) > 0 {
		if next, err = s.Preview(c.Context(), c.Actor, book.Rules); err != nil && !errs.Is(err, errs.Invalid) { // a unit of theirs has ended
			return err
		}
	}
	return c.Render(web.Page{
		Title: c.T("desk.rules.title"), Caption: c.Actor.ForName, Lead: c.T("desk.rules.lead"), Active: "bodydesk", Back: Path, Errors: view.Errors,
		Body: rulesBody(rulesView{web: view, book: book, next: next}),
	})
}

// What a button of the page of the rules does.
const (
	doAdd     = "add"
	doPreview = "preview"
	doUp      = "up"
	doRemove  = "remove"
	doTop     = "top"
)

// postRule adds a rule at the end, or shows what it would change.
func (s *Service) postRule(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	r := Rule{
		Groups: f.Choices("groups", notice.Groups()...), Province: f.Text("province", form.Max(40)), Court: f.Text("court", form.Max(maxCourt)),
		Case: f.Text("case", form.Max(maxCase)), Unit: f.Text("unit", form.Missing("desk.wrong.unit"), form.Max(64)),
	}
	do, version := f.Choice("do", doAdd, doPreview), f.Int("version", 0, 1_000_000, form.Required)
	var next []Forecast
	if err = f.Err(); err == nil {
		var book RuleBook
		if book, err = s.Rules(c.Context(), c.Actor); err == nil {
			n := Rules{Version: version, Top: book.Top, List: append(slices.Clone(book.List), r)}
			if do == doPreview {
				next, err = s.Preview(c.Context(), c.Actor, n)
			} else {
				_, err = s.SetRules(c.Context(), c.Actor, n)
			}
		}
	}
	if err == nil && do == doPreview {
		return s.showRules(c, c.View(f, nil), append([]Forecast{}, next...))
	}
	return c.After(f, err, "desk.rules.set", pathRules, s.drawRules)
}

// postChange moves a rule up, takes it away, or chooses the top desk.
func (s *Service) postChange(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	do, version, at := f.Choice("do", doUp, doRemove, doTop), f.Int("version", 0, 1_000_000, form.Required), f.Int("rule", 0, 1000)
	unit := ""
	if do == doTop {
		unit = unitOf(f, "top")
	}
	if err = f.Err(); err == nil {
		var book RuleBook
		if book, err = s.Rules(c.Context(), c.Actor); err == nil {
			n := Rules{Version: version, Top: book.Top, List: slices.Clone(book.List)}
			k := int(at) - 1
			switch {
			case do == doTop:
				n.Top = unit
			case k < 0 || k >= len(n.List):
				err = errs.New(errs.Conflict, "desk.rules_changed")
			case do == doRemove:
				n.List = slices.Delete(n.List, k, k+1)
			case k > 0:
				n.List[k-1], n.List[k] = n.List[k], n.List[k-1]
			}
			if err == nil {
				_, err = s.SetRules(c.Context(), c.Actor, n)
			}
		}
	}
	return c.After(f, err, "desk.rules.set", pathRules, s.drawRules)
}

// words say what a rule is for.
func (v rulesView) words(r Rule) string {
	var out []string
	groups := make([]string, len(r.Groups))
	for i, g := range r.Groups {
		groups[i] = v.web.T("notice.group." + g)
	}
	if len(groups) > 0 {
		out = append(out, strings.Join(groups, " "+v.web.T("desk.or")+" "))
	}
	for _, p := range v.book.Provinces {
		if p.Key == r.Province {
			name := p.NameFA
			if v.web.P.Lang() == i18n.EN {
				name = p.NameEN
			}
			out = append(out, v.web.T("desk.rules.of_province", "name", name))
		}
	}
	if r.Court != "" {
		out = append(out, v.web.T("desk.rules.of_court", "code", i18n.LTR(r.Court)))
	}
	if r.Case != "" {
		out = append(out, v.web.T("desk.rules.of_case", "number", i18n.LTR(r.Case)))
	}
	return strings.Join(out, " · ")
}

func (v rulesView) groups() web.Choice {
	o := web.Choice{Name: "groups", Label: v.web.T("desk.rules.groups"), Hint: v.web.T("desk.rules.groups_hint"), Optional: true}
	for _, g := range notice.Groups() {
		o.Options = append(o.Options, web.Option{Value: g, Label: v.web.T("notice.group." + g), Hint: v.web.T("notice.group_hint." + g)})
	}
	return o
}

func (v rulesView) provinces() web.Choice {
	o := web.Choice{Name: "province", Label: v.web.T("desk.rules.province"), Prompt: v.web.T("desk.rules.any_province"), Optional: true}
	for _, p := range v.book.Provinces {
		name := p.NameFA
		if v.web.P.Lang() == i18n.EN {
			name = p.NameEN
		}
		o.Options = append(o.Options, web.Option{Value: p.Key, Label: name})
	}
	return o
}

func (v rulesView) to() web.Choice {
	o := unitChoice(v.web, v.book.Units, "unit", v.web.T("desk.rules.unit"), "")
	o.Options = o.Options[1:] // what no rule names is at the top anyway
	return o
}

func (v rulesView) topChoice() web.Choice {
	on := v.book.Top
	if on == "" {
		on = top
	}
	o := unitChoice(v.web, v.book.Units, "top", v.web.T("desk.rules.top"), on)
	o.Hint, o.Prompt = v.web.T("desk.rules.top_hint"), ""
	return o
}

func (v rulesView) forecast() web.TableOptions {
	o := web.TableOptions{
		Caption: v.web.T("desk.rules.preview"), HiddenCaption: true, Empty: v.web.T("desk.rules.preview_none"),
		Columns: []web.Column{{Label: v.web.T("desk.rules.notice")}, {Label: v.web.T("desk.rules.by")}, {Label: v.web.T("desk.rules.goes")}, {Label: v.web.T("desk.rules.now")}},
	}
	for _, x := range v.next {
		by := v.web.T("desk.rules.none_named")
		if x.By > 0 {
			by = v.web.T("desk.rules.nth", "n", x.By)
		}
		o.Rows = append(o.Rows, []web.Cell{
			{Text: x.Title.In(v.web.P.Lang()), Href: Path + "/" + x.Notice}, {Text: by},
			{Text: unitName(v.web, v.book.Units, x.To)}, {Text: unitName(v.web, v.book.Units, x.Unit)},
		})
	}
	return o
}
