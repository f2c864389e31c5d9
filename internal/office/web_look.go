// SPDX-License-Identifier: Apache-2.0

package office

import (
	"strconv"
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

const pathLook = "/counter/look"

// reportFor is how far back a report goes.
const reportFor = 30 * 24 * time.Hour

// lookView asks for somebody, or shows their details.
type lookView struct {
	web.View
	rows    []web.SummaryRow // nil: nobody is shown
	flagged bool
}

func (s *Service) showLook(c *web.Ctx) error {
	if err := s.mayServe(c.Context(), c.Actor); err != nil {
		return err
	}
	return lookPage(c, lookView{View: c.View(nil, nil)})
}

func lookPage(c *web.Ctx, v lookView) error {
	return c.Render(web.Page{
		Title: c.T("office.look.title"), Lead: c.T("office.look.lead"), Back: pathCounter, Active: "counter", Errors: v.Errors, Body: lookBody(v),
	})
}

// postLook is a POST although it changes nothing but the record: numbers of
// people do not stand in addresses.
func (s *Service) postLook(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	number := f.Checked("number", identity.SignInName, form.Missing("office.number_missing"))
	reason := f.Text("reason", form.Max(500))
	v := lookView{}
	var p identity.Person
	if err = f.Err(); err == nil {
		p, v.flagged, err = s.Look(c.Context(), c.Actor, number, reason)
	}
	if err != nil {
		shown, err := mended(c, err)
		if err != nil {
			return err
		}
		return lookPage(c, lookView{View: c.View(f, shown)})
	}
	v.View = c.View(nil, nil)
	v.rows = []web.SummaryRow{
		{Key: c.T("office.client.name"), Value: p.Name()}, {Key: c.T("office.client.father"), Value: p.FatherName},
		{Key: c.T("office.slip.judicial_id"), Value: p.JudicialID, LTR: true},
		{Key: c.T("office.look.level"), Value: c.T("identity.assurance." + strconv.Itoa(p.Assurance))},
		{Key: c.T("office.client.mobile"), Value: identity.MaskMobile(p.Mobile), LTR: true},
	}
	return lookPage(c, v)
}

// showReport is for the manager, the inspector and who keeps the register.
func (s *Service) showReport(c *web.Ctx) error {
	o, err := s.find(c.Context(), s.d.DB, c.Param("code"))
	if err != nil {
		return err
	}
	tallies, flags, err := s.Report(c.Context(), c.Actor, o, c.Now().Add(-reportFor))
	if err != nil {
		return err
	}
	col := func(key string) web.Column {
		return web.Column{Label: c.T("office.report." + key), Numeric: key != "operator"}
	}
	t := web.TableOptions{Caption: c.T("office.report.tallies"), Empty: c.T("office.people.empty")}
	for _, key := range []string{"operator", "registered", "raised", "vouched", "on_slip", "looks", "flagged"} {
		t.Columns = append(t.Columns, col(key))
	}
	for _, x := range tallies {
		row := []web.Cell{{Text: x.Name}}
		for _, n := range []int{x.Registered, x.Raised, x.Vouched, x.OnSlip, x.Looks, x.Flagged} {
			row = append(row, web.Cell{Text: c.P.Int(int64(n))})
		}
		t.Rows = append(t.Rows, row)
	}
	w := web.TableOptions{
		Caption: c.T("office.report.flags"), Empty: c.T("office.report.no_flags"),
		Columns: []web.Column{{Label: c.T("office.report.when")}, {Label: c.T("office.report.operator")}, {Label: c.T("office.report.reason")}},
	}
	for _, x := range flags {
		w.Rows = append(w.Rows, []web.Cell{{Text: c.P.Time(x.At)}, {Text: x.Name}, {Text: x.Reason}})
	}
	return c.Render(web.Page{
		Title: c.T("office.report.title"), Caption: o.Name.In(c.P.Lang()), Lead: c.T("office.report.lead"), Back: pathOf(o.Code), Active: "report", Wide: true,
		Body: reportBody(t, w),
	})
}
