// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"slices"

	"github.com/a-h/templ"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// homeView is a person's dashboard: what is expected of him, by when.
type homeView struct {
	unviewed  int
	deadlines []web.Item
	drafts    []web.Item
	cases     []web.Item
	enter     bool // a lawyer enters appearance
	client    bool // and files for clients; his office does not
	says      homeWords
	above     templ.Component // nil: nothing
}

// homeWords are the words that say whose things these are.
type homeWords struct{ title, unviewed, served, deadlines, cases, none string }

// homeWordsOf speaks to whoever sits here of their own things, or names whose they
// are: whom somebody helps is not who sits here. A representative is spoken to as
// the body.
func homeWordsOf(c *web.Ctx, unviewed int) homeWords {
	name := whose(c.Actor)
	if c.Actor.For == "" || c.Actor.Role == policy.Representative {
		return homeWords{
			title: c.T("filing.home.title", "name", name), unviewed: c.P.N("filing.home.unviewed", unviewed), served: c.T("filing.home.unviewed_explained"),
			deadlines: c.T("filing.home.deadlines"), cases: c.T("filing.home.cases"), none: c.T("filing.home.no_cases"),
		}
	}
	return homeWords{
		title: c.T("filing.home.title_for", "name", name), unviewed: c.P.N("filing.home.unviewed_for", unviewed, "name", name),
		served: c.T("filing.home.unviewed_for_explained"), deadlines: c.T("filing.home.deadlines_for", "name", name),
		cases: c.T("filing.home.cases_for", "name", name), none: c.T("filing.home.no_cases_for"),
	}
}

// getHome leads each capacity to its own desk.
func (s *Service) getHome(c *web.Ctx) error {
	if desk := s.d.Desks[c.Actor.Role]; desk != "" {
		return c.Redirect(desk)
	}
	if slices.Contains(filers, c.Actor.Role) {
		return s.personHome(c)
	}
	return c.Redirect("/desk")
}

// whose is the name of the person whose things the actor deals with.
func whose(a policy.Actor) string {
	if a.For != "" {
		return a.ForName
	}
	return a.Name
}

func (s *Service) personHome(c *web.Ctx) error {
	ctx := c.Context()
	v := homeView{enter: c.Actor.Standing() == policy.Lawyer, client: c.Actor.Role == policy.Lawyer}
	n, err := s.d.Notice.Counts(ctx, c.Actor)
	if err != nil {
		return err
	}
	v.unviewed, v.says = n.Unviewed, homeWordsOf(c, n.Unviewed)
	due, err := s.d.Docket.OpenDeadlines(ctx, c.Actor)
	if err != nil {
		return err
	}
	for _, d := range due {
		href, err := s.dueHref(c, d)
		if err != nil {
			return err
		}
		v.deadlines = append(v.deadlines, web.Item{
			Title: d.Title.In(c.P.Lang()), Href: href, Tone: web.Warn,
			Meta: []string{c.T("filing.home.safe", "day", c.P.Day(d.Safe))}, Tag: c.T("filing.home.deadline"), Side: c.T("filing.home.last", "day", c.P.DayShort(d.Last)),
		})
	}
	mine, err := s.Mine(ctx, c.Actor)
	if err != nil {
		return err
	}
	for _, f := range mine {
		if f.Status == Submitted || f.Status == Rejected {
			continue
		}
		d, err := s.definition(ctx, f)
		if err != nil {
			return err
		}
		v.drafts = append(v.drafts, draftItem(c, f, d))
	}
	cases, err := s.d.Docket.CasesOf(ctx, c.Actor)
	if err != nil {
		return err
	}
	for _, k := range cases {
		v.cases = append(v.cases, web.Item{
			Title: k.Title.In(c.P.Lang()), Href: "/cases/" + k.ID, Tone: web.Neutral,
			Meta: []string{c.T("filing.home.case_number", "number", k.Number), c.P.Time(k.Opened)},
		})
	}
	if s.d.Above != nil && c.Actor.For == "" {
		v.above = s.d.Above(c)
	}
	return c.Render(web.Page{Title: v.says.title, Active: "home", Body: homeBody(c.P, v)})
}

func draftItem(c *web.Ctx, f Filing, d *catalogue.Definition) web.Item {
	return web.Item{
		Title: pick(c, d.Title.FA, d.Title.EN), Href: "/filings/" + f.ID, Tone: web.Info,
		Meta: []string{c.T("filing.home.changed", "time", c.P.Time(f.Updated))}, Tag: c.T("filing.status." + string(f.Status)),
	}
}
