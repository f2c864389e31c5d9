// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"slices"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// homeView is a person's dashboard: what is expected of him, by when.
type homeView struct {
	name      string
	unviewed  int
	deadlines []web.Item
	drafts    []web.Item
	cases     []web.Item
	enter     bool // a lawyer enters appearance
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
	v := homeView{name: whose(c.Actor), enter: c.Actor.Standing() == policy.Lawyer}
	n, err := s.d.Notice.Counts(ctx, c.Actor)
	if err != nil {
		return err
	}
	v.unviewed = n.Unviewed
	due, err := s.d.Docket.OpenDeadlines(ctx, c.Actor)
	if err != nil {
		return err
	}
	for _, d := range due {
		v.deadlines = append(v.deadlines, web.Item{
			Title: d.Title.In(c.P.Lang()), Href: "/cases/" + d.Case + "/deadlines/" + d.Deadline, Tone: web.Warn,
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
	title := "filing.home.title"
	if c.Actor.For != "" && c.Actor.Role != policy.Representative { // whom others help is not who sits here
		title = "filing.home.title_for"
	}
	return c.Render(web.Page{Title: c.T(title, "name", whose(c.Actor)), Active: "home", Body: homeBody(c.P, v)})
}

func draftItem(c *web.Ctx, f Filing, d *catalogue.Definition) web.Item {
	return web.Item{
		Title: pick(c, d.Title.FA, d.Title.EN), Href: "/filings/" + f.ID, Tone: web.Info,
		Meta: []string{c.T("filing.home.changed", "time", c.P.Time(f.Updated))}, Tag: c.T("filing.status." + string(f.Status)),
	}
}
