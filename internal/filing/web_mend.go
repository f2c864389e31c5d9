// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// mendView is what is wrong with a halted filing, for its owner.
type mendView struct {
	id      string
	defects []defectView
	first   string // where mending begins
	due     string // until when; "" while the term is being computed
	dueHref string
	late    bool
	notice  string
}

// defectView is one defect in words.
type defectView struct {
	Field, Reason, Help, Note, Citation string
	Href                                string // where it is mended
}

func (s *Service) getMend(c *web.Ctx) error {
	f, d, err := s.Get(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	if f.Status != Halted || f.mend == nil {
		return c.Redirect(s.place(f, d))
	}
	v := mendView{id: f.ID, first: "/filings/" + f.ID + "/check", notice: "/inbox/" + f.mend.notice}
	if pages := asked(d, f); len(pages) > 0 {
		v.first = "/filings/" + f.ID + "/pages/" + pages[0].Key
	}
	v.defects = defectViews(c, d, f.mend.defects)
	for i, x := range f.mend.defects {
		v.defects[i].Href = pageOf(f, d, x.Field)
	}
	due, ok, err := s.mendBy(c.Context(), s.d.DB, f)
	if err != nil {
		return err
	}
	if ok {
		v.due, v.dueHref, v.late = c.P.Day(due.Last), "/cases/"+f.Case+"/deadlines/"+due.ID, due.Last < s.today()
	}
	return c.Render(web.Page{
		Title: c.T("filing.mend.title"), Caption: pick(c, d.Title.FA, d.Title.EN), Lead: c.T("filing.mend.lead"),
		Active: "filings", Back: "/home", Body: mendBody(c.P, v),
	})
}

// pageOf is where a defect is mended.
func pageOf(f Filing, d *catalogue.Definition, field string) string {
	if page, question := mendedOn(f, d, field); page != "" {
		return "/filings/" + f.ID + "/pages/" + page + "#f-" + question
	}
	return "/filings/" + f.ID + "/check"
}

// mendedOn is the page and the question with which a defect is mended; "" if
// there is none.
func mendedOn(f Filing, d *catalogue.Definition, field string) (page, question string) {
	for _, pg := range asked(d, f) {
		for _, q := range pg.Fields {
			if q.Name == field || field == FieldFee && q.Type == catalogue.TypeRials {
				return pg.Key, q.Name
			}
		}
	}
	return "", ""
}

func defectViews(c *web.Ctx, d *catalogue.Definition, list []Defect) []defectView {
	out := make([]defectView, len(list))
	for i, x := range list {
		r := reason(x.Code)
		out[i] = defectView{
			Field: fieldLabel(c.P, d, x.Field), Reason: pick(c, r.Label.FA, r.Label.EN), Help: pick(c, r.Help.FA, r.Help.EN),
			Citation: pick(c, r.Citation.FA, r.Citation.EN), Note: x.Note,
		}
	}
	return out
}

// defectOf is what was found wrong with one answer, in words; "" for nothing.
func defectOf(c *web.Ctx, f Filing, field string) string {
	if f.mend == nil {
		return ""
	}
	for _, x := range f.mend.defects {
		if x.Field == field {
			r := reason(x.Code)
			return strings.TrimSpace(pick(c, r.Label.FA, r.Label.EN) + ". " + pick(c, r.Help.FA, r.Help.EN) + " " + x.Note)
		}
	}
	return ""
}

// withKept fills a page's form with the answers that are not open, which the
// page did not ask: the page is then read whole.
func withKept(in *form.Form, f Filing, d *catalogue.Definition, pg catalogue.PageDef) *form.Form {
	v := in.Values()
	if v == nil {
		v = url.Values{}
	}
	v.Del("then") // read already
	for _, q := range pg.Fields {
		if f.opens(d, q.Name) {
			continue
		}
		v.Del(q.Name)
		switch a := f.Answers[q.Name].(type) {
		case string:
			day, err := civil.Parse(a)
			if q.Type != catalogue.TypeDate || err != nil {
				v.Set(q.Name, a)
				continue
			}
			year, month, of := day.Jalali()
			v.Set(q.Name+".year", strconv.Itoa(year))
			v.Set(q.Name+".month", strconv.Itoa(month))
			v.Set(q.Name+".day", strconv.Itoa(of))
		case int64:
			v.Set(q.Name, strconv.FormatInt(a, 10))
		case bool:
			v.Set(q.Name, catalogue.No)
			if a {
				v.Set(q.Name, catalogue.Yes)
			}
		}
	}
	out := form.New(v)
	out.Known("page", "seen")
	if e, ok := errors.AsType[*errs.Error](in.Err()); ok { // a file that was not taken in
		for _, w := range e.Fields {
			if q, ok := d.Field(w.Name); ok && q.Type == catalogue.TypeFiles {
				out.Fail(w.Name, w.Code, w.Args...)
			}
		}
	}
	return out
}
