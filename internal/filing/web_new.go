// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"slices"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// newView is the choice of a title.
type newView struct {
	filters []web.Filter
	groups  []titleGroup
}

// titleGroup are the titles of one kind.
type titleGroup struct {
	title, words string
	titles       []titleView
}

type titleView struct {
	Code, Title, Summary string
	Act                  string
	Capacity             string // of the reader when the page was drawn
	Case, Notice         string
	Against              string // where the notice that is attacked is chosen first
}

func titleOf(c *web.Ctx, d *catalogue.Definition) titleView {
	return titleView{Code: d.Code, Title: pick(c, d.Title.FA, d.Title.EN), Summary: pick(c, d.Summary.FA, d.Summary.EN), Act: id.New(), Capacity: capacityOf(c)}
}

// getNew lists by kind the titles that a person can file on his own in his
// present capacity; briefs and objections start from their case.
func (s *Service) getNew(c *web.Ctx) error { return s.drawNew(c, nil) }

func (s *Service) drawNew(c *web.Ctx, shown *web.Errors) error {
	if c.Actor.Standing() == policy.Lawyer { // in his own name a lawyer begins no case
		return s.clientPage(c, shown)
	}
	list, err := s.titlesFor(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	only := catalogue.Kind(c.Query("kind"))
	v := newView{filters: []web.Filter{{Label: c.T("filing.desk.all_kinds"), Href: "/filings/new", On: !slices.Contains(kinds, only)}}}
	for _, kind := range kinds {
		g := titleGroup{title: c.T("filing.kinds." + string(kind))}
		for _, d := range list {
			if d.Kind == kind {
				g.titles = append(g.titles, titleOf(c, d))
			}
		}
		if len(g.titles) == 0 {
			continue
		}
		g.words = c.T("filing.new.about." + string(kind))
		v.filters = append(v.filters, web.Filter{Label: g.title, Href: "/filings/new?kind=" + string(kind), On: only == kind})
		if only == kind || !slices.Contains(kinds, only) {
			v.groups = append(v.groups, g)
		}
	}
	pg := web.Page{Title: c.T("filing.new.title"), Lead: c.T("filing.new.lead"), Active: "filings", Back: "/home", Errors: shown, Body: newBody(c.P, v)}
	if c.Actor.For != "" {
		pg.Lead = c.T("filing.new.lead_for", "name", c.Actor.ForName)
	}
	return c.Render(pg)
}

// postNew starts a draft and goes to its first page.
func (s *Service) postNew(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	n := NewFiling{Service: f.Text("service"), Act: f.Text("act"), Case: f.Text("case"), Notice: f.Text("notice"), Number: f.Text("number"), NationalCode: f.Text("national_code"), Lang: c.P.Lang()}
	drawn := f.Text("capacity")
	if err := f.Err(); err != nil {
		return err
	}
	if drawn != "" && drawn != capacityOf(c) {
		return s.otherCapacity(c, f, n)
	}
	if !id.Valid(n.Act) {
		n.Act = id.New()
	}
	filing, err := s.Start(c.Context(), c.Actor, n)
	if shown, ok := c.Errors(err, f); ok && n.Number != "" && c.Actor.Standing() == policy.Lawyer {
		return s.renderEnter(c, f, shown)
	}
	if err != nil {
		return err
	}
	return c.Redirect("/filings/" + filing.ID)
}

// AnswerOf says where an opened notice can be answered: a defect notice by mending,
// anything else with a brief on its case. It fills the slot of the notice's page.
func (s *Service) AnswerOf(c *web.Ctx, n notice.Notice) (href string, ok bool) {
	if n.Case == "" {
		return "", false
	}
	if href := s.answerOf(c, n); href != "" {
		return href, true
	}
	return "/cases/" + n.Case + "/brief?notice=" + n.ID, true
}

// briefView is what can be filed on a case.
type briefView struct {
	groups []titleGroup
	choose []web.Option // the notices that the chosen title can attack
	title  titleView
}

// getBrief lists what a party or its lawyer can file on a case. For an
// objection it asks first which notice is attacked.
func (s *Service) getBrief(c *web.Ctx) error {
	return s.drawBrief(c, NewFiling{Case: c.Param("case"), Notice: c.Query("notice"), Service: c.Query("title")}, nil, nil)
}

// drawBrief is the page of getBrief; of an objection Service is its title.
func (s *Service) drawBrief(c *web.Ctx, n NewFiling, in *form.Form, shown *web.Errors) error {
	k, err := s.d.Docket.Case(c.Context(), c.Actor, n.Case)
	if err != nil {
		return err
	}
	list, err := s.titlesOn(c.Context(), c.Actor, k)
	if err != nil {
		return err
	}
	if !id.Valid(n.Notice) {
		n.Notice = ""
	}
	v := briefView{}
	for _, kind := range []catalogue.Kind{catalogue.Brief, catalogue.Objection} {
		g := titleGroup{title: c.T("filing.kinds." + string(kind)), words: c.T("filing.new.about." + string(kind))}
		for _, x := range list {
			d := x.def
			if d.Kind != kind {
				continue
			}
			t := titleOf(c, d)
			t.Case, t.Notice = k.ID, n.Notice
			if d.Against != nil {
				t.Notice, t.Against = "", "/cases/"+k.ID+"/brief?title="+d.Code
				if n.Service == d.Code {
					v.title, v.choose = t, noticeOptions(c, x.attacks)
				}
			}
			g.titles = append(g.titles, t)
		}
		if len(g.titles) > 0 {
			v.groups = append(v.groups, g)
		}
	}
	pg := web.Page{
		Title: c.T("filing.on_case.title"), Caption: c.T("filing.home.case_number", "number", k.Number), Lead: c.T("filing.new.lead"),
		Active: "cases", Back: "/cases/" + k.ID, Errors: shown, Body: briefBody(c.P, v),
	}
	if v.choose != nil {
		pg.Title, pg.Lead, pg.Back, pg.Body = v.title.Title, v.title.Summary, "/cases/"+k.ID+"/brief", againstBody(c.P, c.View(in, shown), v)
	}
	return c.Render(pg)
}

func noticeOptions(c *web.Ctx, list []docket.IssuedNotice) []web.Option {
	out := make([]web.Option, len(list))
	for i, n := range list {
		out[i] = web.Option{Value: n.ID, Label: n.Title.In(c.P.Lang()), Hint: c.P.Time(n.At), On: i == len(list)-1}
	}
	return out
}

// getFiling leads to wherever the filing stands.
func (s *Service) getFiling(c *web.Ctx) error {
	f, d, err := s.Get(c.Context(), c.Actor, c.Param("id"))
	if errs.Is(err, errs.NotFound) { // perhaps it was taken over from him: he keeps what he signed
		if at, herr := s.Handed(c.Context(), c.Actor, c.Param("id")); herr == nil && !at.IsZero() {
			return c.Redirect("/filings/" + c.Param("id") + "/versions")
		}
	}
	if err != nil {
		return err
	}
	return c.Redirect(s.place(f, d))
}

// place is the page on which a filing goes on.
func (s *Service) place(f Filing, d *catalogue.Definition) string {
	base := "/filings/" + f.ID
	switch f.Status {
	case Draft:
		return faulty(f, d)
	case Payable:
		return "/payments/" + f.Payment
	case Signable:
		return base + "/sign"
	case Halted:
		return base + "/mend"
	case Submitted, Rejected:
		return base + "/done"
	}
	return "/home"
}
