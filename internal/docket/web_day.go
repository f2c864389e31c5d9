// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/notice/bulk"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// PathDays is the page of the days on which a unit has hearings.
const PathDays = "/hearings"

const pathBatches = "/batches" // of package bulk

var registry = []policy.Role{policy.Clerk}

func (s *Service) dayRoutes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Pattern: PathDays, Roles: registry, Handle: s.daysPage},
		{Method: http.MethodPost, Pattern: PathDays + "/move", Roles: registry, Handle: s.moveDay},
	}
}

type dayView struct {
	c      *web.Ctx
	v      web.View
	days   []web.Item
	day    civil.Day
	act    string
	table  web.TableOptions
	people int
}

// daysPage lists the days, and the hearings of one of them.
func (s *Service) daysPage(c *web.Ctx) error {
	if day, err := civil.Parse(c.Query("day")); err == nil {
		return s.dayPage(c, day, id.New(), nil, nil)
	}
	list, err := s.HearingDays(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	v := dayView{c: c}
	for _, d := range list {
		v.days = append(v.days, web.Item{
			Title: c.P.Day(d.Day), Href: PathDays + "?day=" + d.Day.String(),
			Meta: []string{c.P.N("docket.day.hearings", d.Hearings), c.P.N("docket.day.people", d.People)},
		})
	}
	return c.Render(web.Page{Title: c.T("docket.day.title"), Lead: c.T("docket.day.lead"), Active: "cases", Back: "/cases", Body: daysBody(v)})
}

func (s *Service) dayPage(c *web.Ctx, day civil.Day, act string, f *form.Form, wrong *web.Errors) error {
	list, err := s.HearingsOf(c.Context(), c.Actor, day)
	if err != nil {
		return err
	}
	v := dayView{c: c, v: c.View(f, wrong), day: day, act: act}
	v.table = web.TableOptions{
		Caption: c.T("docket.day.list"), HiddenCaption: true, Empty: c.T("docket.day.none"),
		Columns: []web.Column{
			{Label: c.T("docket.day.clock")}, {Label: c.T("docket.field.number")}, {Label: c.T("docket.field.title")}, {Label: c.T("docket.day.place")},
			{Label: c.T("docket.day.parties"), Numeric: true},
		},
	}
	for _, h := range list {
		v.people += h.People
		v.table.Rows = append(v.table.Rows, []web.Cell{
			{Text: c.P.Digits(h.At.In(clock.Tehran).Format("15:04"))}, {Text: h.Number, LTR: true, Href: "/cases/" + h.Case}, {Text: h.Title().In(c.P.Lang())}, {Text: h.Place},
			{Text: c.P.Int(int64(h.People))},
		})
	}
	return c.Render(web.Page{
		Title: c.P.Day(day), Caption: c.T("docket.day.title"), Active: "cases", Back: PathDays, Errors: wrong, Body: dayBody(v),
	})
}

// moveDay starts the batch and leads to its page.
func (s *Service) moveDay(c *web.Ctx) error {
	f, err := c.Form(32 << 10)
	if err != nil {
		return err
	}
	m := DayMove{Act: f.Text("act", form.Max(40))}
	day, perr := civil.Parse(f.Text("day", form.Max(20)))
	if perr != nil || !id.Valid(m.Act) {
		return errs.New(errs.NotFound, "").Because(perr)
	}
	m.Day, m.To = day, f.Day("to")
	m.Text = Text{FA: f.Text("text"), EN: f.Text("text_en")}
	var b bulk.Batch
	if err = f.Err(); err == nil {
		b, err = s.MoveDay(c.Context(), c.Actor, m)
	}
	if err == nil {
		return c.Redirect(b.Page())
	}
	wrong, ok := c.Errors(err, f)
	if !ok {
		return err
	}
	return s.dayPage(c, day, m.Act, f, wrong)
}
