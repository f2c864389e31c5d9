// SPDX-License-Identifier: Apache-2.0

package web

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
)

// showComponents is /demo/components: every component with made-up content, on
// three pages as they occur (?show=form, case, list), for designers and for the
// browser tests. It is mounted in a demo only.
func showComponents(c *Ctx) error {
	switch c.Query("show") {
	case "case":
		return c.Render(Page{
			Title: c.T("web.demo.case.title"), Caption: c.T("web.demo.case.caption"),
			Back: "/demo/components", Active: "cases",
			Body: demoCase(c.View(nil, nil), demoStrip(c)), Aside: demoCaseAside(c.View(nil, nil)),
		})
	case "list":
		return c.Render(Page{
			Title: c.T("web.demo.list.title"), Lead: c.T("web.demo.list.lead"), Wide: true, Active: "inbox",
			Body: demoList(c.View(nil, nil)),
		})
	case "done":
		return c.Render(Page{Title: c.T("web.demo.done.title"), NoHeading: true, Body: demoDone(c.View(nil, nil), c.Now())})
	case "waiting":
		return c.Render(Page{
			Title: c.T("web.demo.done.title"), Body: demoDone(c.View(nil, nil), c.Now()), NoHeading: true,
			RefreshURL: "/demo/components?show=done",
		})
	default:
		return c.showDemoForm()
	}
}

// showDemoForm shows a form as it comes back with errors.
func (c *Ctx) showDemoForm() error {
	f := form.New(url.Values{
		"national_code": {"۰۰۱۲۳۴۵۶۷۸"}, "name": {c.T("web.demo.form.name_value")}, "kind": {"money"},
		"born.day": {"۳۱"}, "born.month": {"7"}, "born.year": {"۱۳۶۲"},
		"amount": {"1250000000"}, "papers": {"contract"}, "statement": {c.T("web.demo.form.statement_value")},
		"city": {"tehran"}, "true": {"on"},
	})
	f.NationalCode("national_code")
	f.Day("born")
	e, ok := c.Errors(f.Err(), f)
	if !ok {
		return errs.New(errs.Internal, "")
	}
	// The fields that this page does not check are no matter here.
	e.Items = slices.DeleteFunc(e.Items, func(i ErrorItem) bool { return i.Field == "" })
	v := c.View(f, e)
	return c.Render(Page{
		Title: c.T("web.demo.form.title"), Caption: c.T("web.demo.form.caption"), Back: "/demo/components?show=list",
		Active: "filing", Status: http.StatusOK, Errors: e, Body: demoForm(v), Aside: demoFormAside(v),
	})
}

// demoStrip is a term of twenty days with two holidays and a suspension.
func demoStrip(c *Ctx) Strip {
	first, err := civil.FromJalali(1404, 8, 18)
	if err != nil {
		return Strip{}
	}
	s := Strip{Title: c.T("web.demo.strip.title"), Summary: c.T("web.demo.strip.summary"), Today: first.Add(7)}
	for i := range 23 {
		d := StripDay{Day: first.Add(i), Role: DayCounted, Count: i}
		switch {
		case i == 0:
			d.Role = DayService
		case i == 17:
			d.Role = DaySafe
		case i == 20:
			d.Role = DayLast
		case i > 20:
			d.Role, d.Count = DayOutside, 0
		}
		switch {
		case d.Day.Weekday() == time.Friday:
			d.Closed = true
		case i == 15:
			d.Closed, d.Note = true, c.T("web.demo.strip.holiday")
		}
		s.Days = append(s.Days, d)
	}
	return s
}

// demoTime is an instant of the made-up case, n days after it began.
func demoTime(n int) time.Time {
	return time.Date(2025, 11, 1, 6, 42, 11, 0, time.UTC).AddDate(0, 0, n)
}
