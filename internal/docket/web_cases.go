// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"net/url"
	"slices"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

type casesView struct {
	c        *web.Ctx
	items    []web.Item       // a person's
	dues     []web.Item       // what a person has to do, the nearest first
	table    web.TableOptions // a unit's
	filters  []web.Filter
	paging   web.Paging
	changes  []web.Item // deadlines of the unit that moved of late
	papers   papersView // notices of the unit to be served on paper
	v        web.View   // of the form that finds a case
	registry bool       // the reader works in the registry of the unit
	calendar bool       // a person's own list: it can be read by a calendar program
	enter    string     // where a lawyer enters appearance; "" for others
}

// casesPage lists a person's cases, or those of a clerk's or judge's unit.
func (s *Service) casesPage(c *web.Ctx) error {
	if staff(c.Actor) {
		return s.unitCasesPage(c, nil, nil)
	}
	list, err := s.CasesOf(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	v := casesView{c: c, calendar: slices.Contains(feedOwners, c.Actor.Role)}
	for _, k := range list {
		v.items = append(v.items, web.Item{
			Title: k.Title.In(c.P.Lang()), Href: "/cases/" + k.ID, Tag: c.T(stateKey(k.Kind, k.State)), Tone: toneOf(k.State),
			Meta: []string{
				c.T("docket.case_number", "number", k.Number), youAre(c, k), c.T("docket.opened_at", "at", k.Opened),
			},
		})
	}
	if c.Actor.Standing() == policy.Lawyer {
		v.enter = s.d.Enter
	}
	if v.dues, err = s.dueItems(c); err != nil {
		return err
	}
	title := c.T("docket.cases.title")
	if forAnother(c.Actor) {
		title = c.T("docket.cases.title_for", "name", c.Actor.ForName)
	}
	return c.Render(web.Page{Title: title, Active: "cases", Body: personCases(v)})
}

func (s *Service) dueItems(c *web.Ctx) ([]web.Item, error) {
	dues, err := s.OpenDeadlines(c.Context(), c.Actor)
	if err != nil {
		return nil, err
	}
	var out []web.Item
	for _, d := range dues {
		words, tone := leftWords(c, d.Safe, d.Last)
		out = append(out, web.Item{
			Title: d.Title.In(c.P.Lang()), Href: "/cases/" + d.Case + "/deadlines/" + d.Deadline,
			Meta: []string{c.T("docket.case_number", "number", d.CaseNumber)},
			Tag:  words, Tone: tone, Side: c.T("docket.due.by", "day", c.P.DayShort(d.Safe)),
		})
	}
	return out, nil
}

// unitCasesPage is the dense list of professionals.
func (s *Service) unitCasesPage(c *web.Ctx, f *form.Form, wrong *web.Errors) error {
	pending := c.Query("show") == "pending"
	page, err := s.UnitCases(c.Context(), c.Actor, pending, c.Query("after"))
	if err != nil {
		return err
	}
	p := c.P
	v := casesView{c: c, v: c.View(f, wrong), registry: c.Actor.Role == policy.Clerk, filters: []web.Filter{
		{Label: c.T("docket.filter.all"), Href: casesPath(false, ""), On: !pending},
		{Label: c.T("docket.filter.pending"), Href: casesPath(true, ""), On: pending, Counted: true, Count: page.Pending},
	}}
	v.table = web.TableOptions{
		Caption: c.T("docket.cases.unit"), HiddenCaption: true, Empty: c.T("docket.cases.unit_empty"),
		Columns: []web.Column{{Label: c.T("docket.field.number")}, {Label: c.T("docket.field.title")},
			{Label: c.T("docket.field.opened")}, {Label: c.T("docket.field.branch"), Numeric: true}, {Label: c.T("docket.field.state")}},
	}
	for _, k := range page.Cases {
		v.table.Rows = append(v.table.Rows, []web.Cell{
			{Text: k.Number, LTR: true, Href: "/cases/" + k.ID}, {Text: k.Title.In(p.Lang())},
			{Text: p.Time(k.Opened)}, {Text: p.Digits(k.Branch)}, {Body: web.Tag(toneOf(k.State), c.T(stateKey(k.Kind, k.State)))},
		})
	}
	if page.Next != "" {
		v.paging.Older = casesPath(pending, page.Next)
	}
	if c.Query("after") != "" {
		v.paging.Newer = casesPath(pending, "")
	}
	if v.papers, err = s.paperItems(c); err != nil {
		return err
	}
	if v.changes, err = s.changeItems(c); err != nil {
		return err
	}
	return c.Render(web.Page{Title: c.T("docket.cases.unit"), Active: "cases", Wide: true, Errors: wrong, Body: unitCases(v)})
}

// mostChanges is how many moved deadlines stand above the list of cases.
const mostChanges = 10

// changeItems are the deadlines of the unit that moved of late.
func (s *Service) changeItems(c *web.Ctx) (out []web.Item, err error) {
	list, err := s.Changes(c.Context(), c.Actor, mostChanges)
	for _, k := range list {
		words := c.T("docket.change.moved", "from", k.From, "to", k.To)
		if k.To == 0 {
			words = c.T("docket.change.stopped", "from", k.From)
		}
		out = append(out, web.Item{
			Title: k.Title.In(c.P.Lang()), Href: "/cases/" + k.Case + "/deadlines/" + k.Deadline,
			Meta: []string{words, c.T("docket.reason." + k.Reason), c.T("docket.case_number", "number", k.CaseNumber)},
		})
	}
	return out, err
}

// papersPage is how many work items stand above the list of cases.
const papersPage = 10

// papersView is a page of the work items, the oldest first.
type papersView struct {
	title string
	items []web.Item
	more  string // address of the next page; "" on the last one
}

// paperItems are the clerk's notices to be served on paper.
func (s *Service) paperItems(c *web.Ctx) (out papersView, err error) {
	if c.Actor.Role != policy.Clerk {
		return out, nil
	}
	page, err := s.d.Notice.PaperTaskPage(c.Context(), c.Actor, notice.Page{Cursor: c.Query("paper"), Size: papersPage})
	if err != nil {
		return out, err
	}
	out.title = c.P.N("docket.paper.title", page.Total)
	if page.Next != "" {
		out.more = "/cases?" + url.Values{"paper": {page.Next}}.Encode()
	}
	for _, k := range page.Tasks {
		out.items = append(out.items, web.Item{
			Title: k.Title.In(c.P.Lang()), Href: "/cases/" + k.Case, Tag: c.T("docket.paper.reason." + k.Reason), Tone: web.Warn,
			Meta: []string{k.AddresseeName, c.T("docket.case_number", "number", k.CaseNumber), c.T("docket.paper.since", "at", k.Opened)},
		})
	}
	return out, nil
}

// findCase leads from a number to the case, if it is one that the actor may
// see; whether another unit has it is not told. The number is posted, so that
// it stands in no address and no log.
func (s *Service) findCase(c *web.Ctx) error {
	f, err := c.Form(1 << 10)
	if err != nil {
		return err
	}
	number := persian.Identifier(f.Text("number", form.Required, form.Max(40)))
	if err = f.Err(); err == nil {
		var id string
		if id, err = s.find(c.Context(), c.Actor, number); err == nil {
			return c.Redirect("/cases/" + id)
		}
	}
	wrong, ok := c.Errors(err, f)
	if !ok {
		return err
	}
	return s.unitCasesPage(c, f, wrong)
}

func casesPath(pending bool, after string) string {
	q := url.Values{}
	if pending {
		q.Set("show", "pending")
	}
	if after != "" {
		q.Set("after", after)
	}
	if len(q) == 0 {
		return "/cases"
	}
	return "/cases?" + q.Encode()
}

// youAre is the key of what the reader of a list is in a case.
func youAre(c *web.Ctx, k Listed) string {
	switch side := k.Kind + "." + k.Side; {
	case forAnother(c.Actor) && k.Lawyer:
		return c.T("docket.they_are_lawyer", "name", c.Actor.ForName, "side", c.T("docket.side."+side))
	case forAnother(c.Actor):
		return c.T("docket.they_are", "name", c.Actor.ForName, "side", c.T("docket.side."+side))
	case k.Lawyer:
		return c.T("docket.lawyer_for." + side)
	default:
		return c.T("docket.you_are." + side)
	}
}

// forAnother tells whether whose cases these are is not who sits here. A
// representative is spoken to as the body.
func forAnother(a policy.Actor) bool { return a.For != "" && a.Role != policy.Representative }

// stateKey is the key of a state: a declaration has no branch to be with.
func stateKey(kind, state string) string {
	if kind == DeclarationCase && state != StateClosed {
		return "docket.state.open"
	}
	return "docket.state." + state
}

func toneOf(state string) web.Tone {
	switch state {
	case StateProposed:
		return web.Info
	case StateReferred:
		return web.Good
	}
	return web.Neutral
}
