// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"slices"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// sendView is the form of a notice that a court sends.
type sendView struct {
	c      *web.Ctx
	v      web.View
	kase   Case
	of     offer
	act    string
	rules  web.Choice // terms that it can start
	days   offerRule  // the term that the court sets, if that is offered
	absent []Reached  // against whom a judgment would be in default
	choose []web.Item // kinds to choose from, if none is chosen yet
}

// newNoticePage asks which kind of notice, then what is in it.
func (s *Service) newNoticePage(c *web.Ctx) error {
	return s.showNotice(c, c.Query("kind"), id.New(), nil, nil)
}

// showNotice shows the form, also again after something was wrong.
func (s *Service) showNotice(c *web.Ctx, kind, act string, f *form.Form, wrong *web.Errors) error {
	k, err := s.Case(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	may := s.MaySend(c.Actor, k)
	if len(may) == 0 {
		return errs.New(errs.Forbidden, "")
	}
	v := sendView{c: c, v: c.View(f, wrong), kase: k, act: act}
	page := web.Page{
		Title: c.T("docket.send.title"), Caption: k.Title.In(c.P.Lang()), Lead: c.T("docket.case_number", "number", k.Number),
		Active: "cases", Back: "/cases/" + k.ID, Errors: wrong,
	}
	if !slices.Contains(may, kind) {
		for _, kind := range may {
			v.choose = append(v.choose, web.Item{Title: c.T("docket.send.kind." + kind), Href: "/cases/" + k.ID + "/notices/new?kind=" + kind,
				Meta: []string{c.T("docket.send.about." + kind)}})
		}
		page.Body = sendChoose(v)
		return c.Render(page)
	}
	if v.of, err = s.orderFor(c.Actor, k, kind, civil.Of(c.Now())); err != nil {
		wrong, ok := c.Errors(err, nil)
		if !ok {
			return err
		}
		page.Errors = wrong
		return c.Render(page)
	}
	if v.rules, err = s.ruleChoice(v); err != nil {
		return err
	}
	if v.absent, err = s.absent(c, k, kind); err != nil {
		return err
	}
	v.days, _ = v.of.rule(courtTerm)
	page.Title, page.Body = c.T("docket.send.kind."+kind), sendForm(v)
	return c.Render(page)
}

// sendNotices shows how the notice will look and whom it will reach, goes back
// to the form, or sends it, as the button says.
func (s *Service) sendNotices(c *web.Ctx) error {
	f, err := c.Form(256 << 10)
	if err != nil {
		return err
	}
	then := f.Choice("then", "preview", "change", "send")
	o := readOrder(f, c.Param("id"))
	if then == "change" {
		return s.showNotice(c, o.Kind, o.Act, f, nil)
	}
	if err = f.Err(); err == nil && then == "send" {
		if _, err = s.IssueNotices(c.Context(), c.Actor, o); err == nil {
			c.Flash("docket.send.done")
			return c.Redirect("/cases/" + o.Case)
		}
	}
	var p Preview
	if err == nil {
		if p, err = s.PreviewNotices(c.Context(), c.Actor, o); err == nil {
			return s.showPreview(c, f, p)
		}
	}
	if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Forbidden) {
		return err
	}
	wrong, ok := c.Errors(err, f)
	if !ok {
		return err
	}
	return s.showNotice(c, o.Kind, o.Act, f, wrong)
}

// readOrder reads the form. What depends on the case is checked by the act.
func readOrder(f *form.Form, caseID string) NoticeOrder {
	o := NoticeOrder{Case: caseID, Act: f.Text("act", form.Max(40)), Parties: f.RawAll("party")}
	o.Kind = f.Choice("kind", notice.KindHearing, notice.KindJudgment, notice.KindOrder, notice.KindOther)
	f.Known("party", "title", "title_en", "text", "text_en", "hearing.day", "hearing.month", "hearing.year", "time", "place", "rule", "days")
	if o.Kind == notice.KindOther {
		o.Title = Text{FA: f.Text("title"), EN: f.Text("title_en")}
	}
	o.Text = Text{FA: f.Text("text"), EN: f.Text("text_en")}
	if o.Kind == notice.KindHearing {
		h := Hearing{Place: f.Text("place")}
		day := f.Day("hearing")
		at, err := time.Parse("15:04", strings.TrimSpace(persian.Digits(f.Raw("time"))))
		if err != nil {
			f.Fail("time", "docket.send.wrong.time")
		}
		y, m, d := day.Gregorian()
		h.At = time.Date(y, time.Month(m), d, at.Hour(), at.Minute(), 0, 0, clock.Tehran)
		o.Hearing = &h
	}
	o.Rule = f.Raw("rule")
	if o.Rule == "none" {
		o.Rule = ""
	}
	if f.Raw("days") != "" && o.Rule == courtTerm {
		o.Days = int(f.Int("days", 1, 720))
	}
	return o
}

// courtTerm is the rule whose days are typed on the page.
const courtTerm = "cpc-442"

// previewView is a notice before it is sent.
type previewView struct {
	c      *web.Ctx
	p      Preview
	absent []Reached   // against whom the judgment would be in default
	fields [][2]string // the form as it was typed
}

// absent are those against whom a judgment would be in default.
func (s *Service) absent(c *web.Ctx, k Case, kind string) ([]Reached, error) {
	if kind != notice.KindJudgment {
		return nil, nil
	}
	list, err := s.reach(c.Context(), k)
	return slices.DeleteFunc(list, func(r Reached) bool { return r.Best == notice.ReachActual }), err
}

func (s *Service) showPreview(c *web.Ctx, f *form.Form, p Preview) error {
	v := previewView{c: c, p: p}
	var err error
	if v.absent, err = s.absent(c, p.Case, p.Kind); err != nil {
		return err
	}
	for name, list := range f.Values() {
		if name == "then" {
			continue
		}
		for _, value := range list {
			v.fields = append(v.fields, [2]string{name, value})
		}
	}
	slices.SortFunc(v.fields, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	return c.Render(web.Page{
		Title: c.T("docket.preview.title"), Caption: p.Title.In(c.P.Lang()), Lead: c.T("docket.preview.lead"),
		Active: "cases", Back: "/cases/" + p.Case.ID, Body: previewBody(v),
	})
}

// wayRows say how the notice reaches each recipient.
func wayRows(v previewView) []web.SummaryRow {
	var rows []web.SummaryRow
	for _, r := range v.p.Recipients {
		rows = append(rows, web.SummaryRow{Key: r.Party.Name, Value: v.c.T("docket.way."+r.Way, "lawyer", r.Lawyer)})
	}
	return rows
}

// onPaper tells whether somebody is not reached electronically.
func (p Preview) onPaper() bool {
	return slices.ContainsFunc(p.Recipients, func(r Recipient) bool { return r.Way == WayPaper || r.Way == WayPublication })
}

func partyChoice(v sendView) web.Choice {
	ch := web.Choice{Name: "party", Label: v.c.T("docket.send.party")}
	for _, p := range v.kase.Parties {
		ch.Options = append(ch.Options, web.Option{Value: p.ID, Label: p.Name, Hint: v.c.T("docket.side." + v.kase.Kind + "." + p.Side), On: true})
	}
	return ch
}

func (s *Service) hearingFile(c *web.Ctx) error {
	h, err := s.Hearing(c.Context(), c.Actor, c.Param("id"), c.Param("hearing"))
	if err != nil {
		return err
	}
	return c.Download("tarazu-hearing.ics", "text/calendar; charset=utf-8", hearingCalendar(c.P, c.Now(), h))
}

func hearingPath(caseID, hearing string) string {
	return "/cases/" + caseID + "/hearings/" + hearing + "/calendar.ics"
}
