// SPDX-License-Identifier: Apache-2.0

package contest

import (
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// PathTerms is where an administrator enters terms.
const PathTerms = "/admin/contest-terms"

type termsView struct {
	web.View
	act   string
	today civil.Day
	terms []Term
	names []web.Option
}

func (s *Service) showTerms(c *web.Ctx) error { return s.termsPage(c, c.View(nil, nil)) }

func (s *Service) termsPage(c *web.Ctx, view web.View) error {
	list, err := s.Terms(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	v := termsView{View: view, act: id.New(), terms: list, today: civil.Of(c.Now())}
	for _, r := range s.allReasons() {
		v.names = append(v.names, web.Option{Value: r.Code, Label: r.Name.In(c.P.Lang())})
	}
	return c.Render(web.Page{
		Title: c.T("contest.terms.title"), Lead: c.T("contest.terms.lead"), Active: "contest_terms", Errors: view.Errors, Body: termsBody(v),
	})
}

func (s *Service) postTerm(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	codes := make([]string, 0, len(s.allReasons()))
	for _, r := range s.allReasons() {
		codes = append(codes, r.Code)
	}
	t := Term{
		Reason: f.Choice("reason", codes...), From: f.Day("from"), Days: int(f.Int("days", 0, mostDays)), Source: f.Text("source", form.Required, form.Max(mostSource)),
	}
	act := f.Text("act", form.Max(64))
	if err = f.Err(); err == nil {
		_, err = s.SetTerm(c.Context(), c.Actor, t, act)
	}
	if err != nil {
		shown, ok := c.Errors(err, f)
		if !ok {
			return err
		}
		return s.termsPage(c, c.View(f, shown))
	}
	c.Flash("contest.terms.done")
	return c.Redirect(PathTerms)
}

// reasonName is a reason in words; one that is not in the table any more is its code.
func (v termsView) reasonName(code string) string {
	for _, o := range v.names {
		if o.Value == code {
			return o.Label
		}
	}
	return code
}

func (v termsView) table() web.TableOptions {
	o := web.TableOptions{
		Caption: v.T("contest.terms.list"), Empty: v.T("contest.terms.none"),
		Columns: []web.Column{
			{Label: v.T("contest.terms.reason")}, {Label: v.T("contest.terms.from")}, {Label: v.T("contest.terms.days"), Numeric: true},
			{Label: v.T("contest.terms.source")}, {Label: v.T("contest.terms.by")},
		},
	}
	for _, t := range v.terms {
		days := v.T("contest.terms.no_term")
		if t.Days > 0 {
			days = v.P.Int(int64(t.Days))
		}
		o.Rows = append(o.Rows, []web.Cell{
			{Text: v.reasonName(t.Reason)}, {Text: v.P.DayShort(t.From)}, {Text: days}, {Text: t.Source}, {Text: v.T("contest.terms.entered", "name", t.By, "at", t.Made)},
		})
	}
	return o
}
