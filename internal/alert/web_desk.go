// SPDX-License-Identifier: Apache-2.0

package alert

import (
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// deskView is what an administrator sees of alerts.
type deskView struct {
	web.View
	bounces   []Bounce
	givenUp   int
	providers []Provider
	rules     Providers
}

func (s *Service) getDesk(c *web.Ctx) (err error) {
	v := deskView{View: c.View(nil, nil), rules: s.rules.Providers}
	if v.bounces, err = s.Bounces(c.Context(), c.Actor); err != nil {
		return err
	}
	if v.givenUp, err = s.GivenUp(c.Context(), c.Actor); err != nil {
		return err
	}
	if v.providers, err = s.ProvidersNow(c.Context(), c.Actor); err != nil {
		return err
	}
	return c.Render(web.Page{Title: c.T("alert.desk.title"), Lead: c.T("alert.desk.lead"), Active: "alerts", Wide: true, Body: deskBody(v)})
}

// postDesk takes one address off the desk, or has what was given up tried again.
func (s *Service) postDesk(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	bounce, again := f.Text("bounce", form.Optional, form.Max(80)), f.Bool("again")
	if err := f.Err(); err != nil {
		return err
	}
	if again {
		n, err := s.Revive(c.Context(), c.Actor)
		if err == nil && n == 0 {
			err = errs.New(errs.Conflict, "alert.desk.none")
		}
		if err != nil {
			return err
		}
		c.Flash("alert.desk.revived")
		return c.Redirect(PathDesk)
	}
	if err := s.CloseBounce(c.Context(), c.Actor, bounce); err != nil {
		return err
	}
	c.Flash("alert.desk.closed")
	return c.Redirect(PathDesk)
}

func (v deskView) bounceTable() web.TableOptions {
	t := web.TableOptions{Caption: v.T("alert.desk.bounces"), HiddenCaption: true, Empty: v.T("alert.desk.no_bounces"), Columns: []web.Column{
		{Label: v.T("alert.desk.who")}, {Label: v.T("alert.page.way")}, {Label: v.T("alert.desk.why")}, {Label: v.T("alert.desk.since")}, {Label: v.T("alert.desk.act")},
	}}
	for _, b := range v.bounces {
		why := b.Code
		if v.P.Has(b.Code) {
			why = v.T(b.Code)
		}
		t.Rows = append(t.Rows, []web.Cell{
			{Text: b.Name}, {Text: v.T("alert.channel." + string(b.Channel))}, {Text: why}, {Body: web.TimeText(v.P, b.Made)}, {Body: closeOne(v, b)},
		})
	}
	return t
}

func (v deskView) providerTable() web.TableOptions {
	t := web.TableOptions{Caption: v.T("alert.desk.providers"), HiddenCaption: true, Columns: []web.Column{
		{Label: v.T("alert.desk.provider")}, {Label: v.T("alert.desk.share"), Numeric: true}, {Label: v.T("alert.desk.resting"), Numeric: true},
		{Label: v.T("alert.desk.messages"), Numeric: true}, {Label: v.T("alert.desk.slow"), Numeric: true}, {Label: v.T("alert.desk.errors"), Numeric: true}, {Label: v.T("alert.page.state")},
	}}
	num := func(n int) web.Cell { return web.Cell{Text: v.P.Int(int64(n))} }
	for _, p := range v.providers {
		state := web.Tag(web.Good, v.T("alert.desk.well"))
		if v.rules.IsSlow(p) {
			state = web.Tag(web.Warn, v.T("alert.desk.bad"))
		}
		t.Rows = append(t.Rows, []web.Cell{{Text: p.Name, LTR: true}, num(p.Share), num(p.Resting), num(p.Messages), num(p.Slow), num(p.Errors), {Body: state}})
	}
	return t
}
