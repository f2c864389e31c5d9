// SPDX-License-Identifier: Apache-2.0

package mydata

import (
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// deskView is an administrator's list of requests.
type deskView struct {
	web.View
	List []Correction
}

func (s *Service) deskPage(c *web.Ctx) error {
	list, err := s.OpenCorrections(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("mydata.desk.title"), Lead: c.T("mydata.desk.lead"), Active: "corrections", Body: deskBody(deskView{View: c.View(nil, nil), List: list}),
	})
}

func (v deskView) table() web.TableOptions {
	o := web.TableOptions{
		Caption: v.T("mydata.desk.title"), HiddenCaption: true, Empty: v.T("mydata.desk.none"),
		Columns: []web.Column{{Label: v.T("held.column.at")}, {Label: v.T("mydata.correction.what")}, {Label: v.T("mydata.desk.look")}},
	}
	for _, x := range v.List {
		o.Rows = append(o.Rows, []web.Cell{{Body: web.TimeText(v.P, x.Asked)}, {Text: v.T("mydata.field." + string(x.Field))}, {Text: v.T("mydata.desk.open"), Href: decidePath(x)}})
	}
	return o
}

func decidePath(x Correction) string { return PathDesk + "/" + x.Owner + "/" + x.ID }

// decideView is one request before an administrator.
type decideView struct {
	web.View
	s      *Service
	X      Correction
	Person identity.Person
}

func (s *Service) decidePage(c *web.Ctx) error { return s.drawDecide(c, c.View(nil, nil)) }

func (s *Service) drawDecide(c *web.Ctx, view web.View) error {
	x, p, err := s.CorrectionOf(c.Context(), c.Actor, c.Param("person"), c.Param("id"))
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("mydata.field." + string(x.Field)), Caption: c.T("mydata.desk.title"), Active: "corrections", Back: PathDesk, Errors: view.Errors,
		Body: decideBody(decideView{View: view, s: s, X: x, Person: p}),
	})
}

func (s *Service) postDecide(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	then := f.Choice("then", "grant", "refuse")
	answer, province := f.Text("answer", form.Required, form.Max(maxReason)), ""
	if then == "grant" && f.Has("province") {
		province = f.Choice("province", s.d.Provinces...)
	}
	if err = f.Err(); err == nil {
		err = s.DecideCorrection(c.Context(), c.Actor, c.Param("person"), c.Param("id"), then == "grant", province, answer)
	}
	if err != nil {
		shown, ok := c.Errors(err, f)
		if !ok {
			return err
		}
		return s.drawDecide(c, c.View(f, shown))
	}
	c.Flash("mydata.decide.kept")
	return c.Redirect(PathDesk)
}

func (s *Service) proofFile(c *web.Ctx) error {
	name, b, err := s.Proof(c.Context(), c.Actor, c.Param("person"), c.Param("id"))
	if err != nil {
		return err
	}
	return c.DownloadSafely(name, "application/octet-stream", b)
}

func (v decideView) rows() []web.SummaryRow {
	rows := []web.SummaryRow{
		{Key: v.T("identity.field.name"), Value: v.Person.Name()},
		{Key: v.T("identity.field.father"), Value: v.Person.FatherName},
		{Key: v.T("identity.judicial_id"), Value: v.Person.JudicialID, LTR: true},
		{Key: v.T("mydata.correction.claimed"), Value: v.X.Claimed},
		{Key: v.T("mydata.correction.reason"), Value: v.X.Reason},
		{Key: v.T("held.column.at"), Body: web.TimeText(v.P, v.X.Asked)},
		{Key: v.T("held.column.state"), Value: v.T("mydata.correction.state." + v.X.State)},
	}
	if v.X.Field == FieldProvince {
		rows = append(rows, web.SummaryRow{Key: v.T("held.column.province"), Value: v.province(v.Person.Province)})
	}
	if v.X.Answer != "" {
		rows = append(rows, web.SummaryRow{Key: v.T("mydata.correction.answer"), Value: v.X.Answer}, web.SummaryRow{Key: v.T("held.column.decider"), Value: v.X.Decider})
	}
	return rows
}

func (v decideView) province(key string) string {
	if key == "" || v.s.d.ProvinceName == nil {
		return key
	}
	return v.s.d.ProvinceName(v.P.Lang(), key)
}

func (v decideView) provinces() []web.Option {
	out := make([]web.Option, len(v.s.d.Provinces))
	for i, key := range v.s.d.Provinces {
		out[i] = web.Option{Value: key, Label: v.province(key), On: key == v.Person.Province}
	}
	return out
}
