// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// newView is the choice of a title.
type newView struct {
	titles []titleView
}

type titleView struct {
	Code, Title, Summary, Kind string
	Act                        string
}

// getNew lists the titles that a person can file on his own.
func (s *Service) getNew(c *web.Ctx) error {
	list, err := s.d.Catalogue.List(c.Context(), s.today())
	if err != nil {
		return err
	}
	var v newView
	for _, d := range list {
		if d.Kind == catalogue.Brief { // briefs start from a case or a notice
			continue
		}
		v.titles = append(v.titles, titleView{
			Code: d.Code, Title: pick(c, d.Title.FA, d.Title.EN), Summary: pick(c, d.Summary.FA, d.Summary.EN),
			Kind: c.T("filing.kind." + string(d.Kind)), Act: id.New(),
		})
	}
	return c.Render(web.Page{
		Title: c.T("filing.new.title"), Lead: c.T("filing.new.lead"), Active: "filings", Back: "/home", Body: newBody(c.P, v),
	})
}

// postNew starts a draft and goes to its first page.
func (s *Service) postNew(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	n := NewFiling{Service: f.Text("service"), Act: f.Text("act"), Case: f.Text("case"), Notice: f.Text("notice"), Lang: c.P.Lang()}
	if err := f.Err(); err != nil {
		return err
	}
	if !id.Valid(n.Act) {
		n.Act = id.New()
	}
	filing, err := s.Start(c.Context(), c.Actor, n)
	if err != nil {
		return err
	}
	return c.Redirect("/filings/" + filing.ID)
}

// AnswerOf says where an opened notice can be answered: with a brief on its
// case. It fills the slot of the notice's page.
func (s *Service) AnswerOf(_ *web.Ctx, n notice.Notice) (href string, ok bool) {
	if n.Case == "" {
		return "", false
	}
	return "/cases/" + n.Case + "/brief?notice=" + n.ID, true
}

// briefView is the start of a brief on a case.
type briefView struct {
	titleView
	caseID, notice, number string
}

// getBrief explains what a brief is and offers to start one.
func (s *Service) getBrief(c *web.Ctx) error {
	k, err := s.d.Docket.Case(c.Context(), c.Actor, c.Param("case"))
	if err != nil {
		return err
	}
	d, err := s.d.Catalogue.Current(c.Context(), briefService, s.today())
	if err != nil {
		return err
	}
	v := briefView{caseID: k.ID, number: k.Number, titleView: titleView{
		Code: d.Code, Title: pick(c, d.Title.FA, d.Title.EN), Summary: pick(c, d.Summary.FA, d.Summary.EN), Act: id.New(),
	}}
	if n := c.Query("notice"); id.Valid(n) {
		v.notice = n
	}
	return c.Render(web.Page{
		Title: v.Title, Caption: c.T("filing.home.case_number", "number", k.Number), Lead: v.Summary, Active: "cases", Back: "/cases/" + k.ID,
		Body: briefBody(c.P, v),
	})
}

// briefService is the title under which a notice is answered.
const briefService = "brief-defence"

// getFiling leads to wherever the filing stands.
func (s *Service) getFiling(c *web.Ctx) error {
	f, d, err := s.Get(c.Context(), c.Actor, c.Param("id"))
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
