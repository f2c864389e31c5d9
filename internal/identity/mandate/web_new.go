// SPDX-License-Identifier: Apache-2.0

package mandate

import (
	"slices"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// newView is the page on which a mandate is drafted.
type newView struct {
	web.View
	rule  Rule
	act   string
	today civil.Day

	groups, covered []string // of notices: those there are, and those ticked at first; nil: all

	cases, titles []Matter // to which it can be limited; of most kinds none
}

// newPage asks for the kind first, if there is a choice.
func (s *Service) newPage(c *web.Ctx) error {
	offers := s.Offers(c.Actor)
	if len(offers) == 0 {
		return errs.New(errs.Forbidden, "mandate.list.may_not")
	}
	if err := s.known(c.Actor); err != nil { // before anything is entered
		return err
	}
	kind := Kind(c.Query("kind"))
	i := slices.IndexFunc(offers, func(r Rule) bool { return r.Code == kind })
	switch {
	case i < 0 && len(offers) == 1:
		i = 0
	case i < 0:
		tasks := make([]web.Task, len(offers))
		for k, r := range offers {
			tasks[k] = web.Task{Label: c.T("mandate.kind." + string(r.Code)), Hint: c.T("mandate.about." + string(r.Code)), Href: Path + "/new?kind=" + string(r.Code)}
		}
		return c.Render(web.Page{
			Title: c.T("mandate.new.which"), Lead: c.T("mandate.new.lead"), Active: "account", Back: Path, Body: web.TaskList(tasks),
		})
	}
	return s.drawNew(c, offers[i], c.View(nil, nil))
}

func (s *Service) drawNew(c *web.Ctx, r Rule, view web.View) error {
	cases, titles, err := s.matters(c.Context(), c.Actor, r)
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("mandate.kind." + string(r.Code)), Lead: c.T("mandate.about." + string(r.Code)), Active: "account", Back: Path + "/new",
		Errors: view.Errors, Body: newBody(newView{View: view, rule: r, act: id.New(), today: s.today(), groups: s.d.Notices, covered: c.Actor.Notices, cases: cases, titles: titles}),
	})
}

func (s *Service) postNew(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	var kinds []string
	for _, r := range s.Offers(c.Actor) {
		kinds = append(kinds, string(r.Code))
	}
	rule, ok := s.rule(Kind(f.Choice("kind", kinds...)))
	if !ok {
		return errs.New(errs.Forbidden, "mandate.list.may_not")
	}
	n := NewMandate{
		Kind: rule.Code, Taker: f.Text("taker", form.Max(20)), LastName: f.Text("last_name", form.Max(100)), Until: f.Day("until"),
		Act: f.Text("act", form.Max(64)),
	}
	for _, r := range f.Choices("rights", rightNames(rule)...) {
		n.Rights = append(n.Rights, policy.Right(r))
	}
	n.Notices = s.readNotices(f)
	cases, titles, err := s.matters(c.Context(), c.Actor, rule)
	if err != nil {
		return err
	}
	if len(cases)+len(titles) > 0 {
		n.Cases, n.Titles = f.Choices("cases", ids(cases)...), f.Choices("titles", ids(titles)...)
		// Who has named matters and has left the mark at all of them is asked again:
		// neither is taken for what was meant.
		if some := f.Choice("extent", extentAll, extentSome) == extentSome; some != (len(n.Cases)+len(n.Titles) > 0) {
			f.Fail("extent", "mandate.wrong.extent")
		}
	}
	if err = f.Err(); err == nil {
		var m Mandate
		if m, err = s.Draft(c.Context(), c.Actor, n); err == nil {
			return c.Redirect(m.path())
		}
	}
	shown, ok := c.Errors(err, f)
	if !ok {
		return err
	}
	return s.drawNew(c, rule, c.View(f, shown))
}

func rightNames(r Rule) []string {
	out := make([]string, len(r.Rights))
	for i, x := range r.Rights {
		out[i] = string(x)
	}
	return out
}

func (v newView) rights() web.Choice {
	o := web.Choice{Name: "rights", Label: v.T("mandate.new.rights")}
	for _, r := range v.rule.Rights {
		o.Options = append(o.Options, web.Option{
			Value: string(r), Label: v.T("mandate.right." + string(r)), Hint: v.T("mandate.right_hint." + string(r)),
			On: slices.Contains(v.rule.Suggested, r),
		})
	}
	return o
}

func (v newView) citation() string {
	if v.P.Lang() == "en" {
		return v.rule.Citation.EN
	}
	return v.rule.Citation.FA
}

// What a mandate covers: all matters of its giver, or those that he names.
const (
	extentAll  = "all"
	extentSome = "some"
)

func ids(list []Matter) []string {
	out := make([]string, len(list))
	for i, m := range list {
		out[i] = m.ID
	}
	return out
}

func (v newView) extent() web.Choice {
	return web.Choice{Name: "extent", Label: v.T("mandate.new.extent"), Options: []web.Option{
		{Value: extentAll, Label: v.T("mandate.new.extent_all"), Hint: v.T("mandate.new.extent_all_hint")},
		{Value: extentSome, Label: v.T("mandate.new.extent_some"), Hint: v.T("mandate.new.extent_some_hint")},
	}}
}

func (v newView) matters(name string, list []Matter) web.Choice {
	o := web.Choice{Name: name, Label: v.T("mandate.new." + name), Hint: v.T("mandate.new." + name + "_hint"), Optional: true}
	for _, m := range list {
		label := m.FA
		if v.P.Lang() == "en" {
			label = m.EN
		}
		o.Options = append(o.Options, web.Option{Value: m.ID, Label: label})
	}
	return o
}
