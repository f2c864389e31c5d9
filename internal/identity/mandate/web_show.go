// SPDX-License-Identifier: Apache-2.0

package mandate

import (
	"strings"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// showView is the page of one mandate.
type showView struct {
	web.View
	m      Mandate
	state  State
	taker  bool // the reader is the taker
	gives  bool // the reader may enter the code
	ends   bool // the reader may end it
	scopes bool // the reader may change the notices that it covers
	mobile string
	looks  []Look
}

func (s *Service) showPage(c *web.Ctx) error {
	m, err := s.Get(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	return s.draw(c, m, c.View(nil, nil))
}

func (s *Service) draw(c *web.Ctx, m Mandate, view web.View) error {
	v := showView{View: view, m: m, state: m.Standing(s.today()), taker: c.Actor.Person == m.Taker}
	v.gives = v.state == Draft && s.may(c.Actor, "mandate.give", m) == nil
	v.ends = v.state != Ended && (v.taker || s.may(c.Actor, "mandate.revoke", m) == nil)
	v.scopes = m.Holds(s.today()) && !v.taker && s.may(c.Actor, "mandate.revoke", m) == nil
	if v.gives {
		p, err := s.d.Identity.Person(c.Context(), c.Actor.Person)
		if err != nil {
			return err
		}
		v.mobile = i18n.LTR(identity.MaskMobile(p.Mobile))
	}
	if !v.taker && !m.Accepted.IsZero() {
		var err error
		if v.looks, err = s.Looks(c.Context(), c.Actor, m); err != nil {
			return err
		}
	}
	name := m.TakerName
	if v.taker {
		name = m.GiverName
	}
	return c.Render(web.Page{
		Title: name, Caption: c.T("mandate.kind." + string(m.Kind)), Active: "account", Back: Path, Errors: view.Errors, Body: showBody(v),
	})
}

func (v showView) facts() []web.SummaryRow {
	rights := make([]string, len(v.m.Rights))
	for i, r := range v.m.Rights {
		rights[i] = v.T("mandate.right." + string(r))
	}
	rows := []web.SummaryRow{
		{Key: v.T("mandate.show.state"), Body: web.Tag(tone(v.state), v.T("mandate.state."+string(v.state)))},
		{Key: v.T("mandate.show.giver"), Value: v.m.GiverName},
		{Key: v.T("mandate.show.taker"), Value: v.m.TakerName},
		{Key: v.T("mandate.show.rights"), Value: strings.Join(rights, v.T("mandate.show.and")+" ")},
		{Key: v.T("mandate.show.notices"), Value: v.m.noticesWords(v.P)},
		{Key: v.T("mandate.show.until"), Body: web.DayShortText(v.P, v.m.Until)},
		{Key: v.T("mandate.show.number"), Value: v.m.Number, LTR: true},
	}
	if v.m.Kind == Lawyer {
		rows = append(rows, web.SummaryRow{Key: v.T("mandate.show.only"), Value: v.only()})
	}
	if !v.m.Accepted.IsZero() {
		rows = append(rows, web.SummaryRow{Key: v.T("mandate.show.accepted"), Body: web.TimeText(v.P, v.m.Accepted)})
	}
	if !v.m.Ended.IsZero() {
		rows = append(rows, web.SummaryRow{Key: v.T("mandate.show.ended"), Body: web.TimeText(v.P, v.m.Ended)},
			web.SummaryRow{Key: v.T("mandate.show.why"), Value: v.T("mandate.why." + v.m.Why)})
	}
	return rows
}

// only is to what a contract is limited, in words.
func (v showView) only() string {
	list := v.m.OnlyFA
	if v.P.Lang() == "en" {
		list = v.m.OnlyEN
	}
	if v.m.Only == nil {
		return v.T("mandate.new.extent_all")
	}
	return strings.Join(list, v.T("mandate.show.and")+" ")
}

func (v showView) table() web.TableOptions {
	o := web.TableOptions{
		Caption: v.T("mandate.show.looks"), HiddenCaption: true, Empty: v.T("mandate.show.no_looks"),
		Columns: []web.Column{{Label: v.T("mandate.show.when")}, {Label: v.T("mandate.show.what")}},
	}
	for _, l := range v.looks {
		o.Rows = append(o.Rows, []web.Cell{{Body: web.TimeText(v.P, l.At)}, {Text: v.T(l.What)}})
	}
	return o
}

// endWord is the locale key of what ending it is called for the reader.
func (v showView) endWord() string {
	switch {
	case v.taker && v.state == Offered:
		return "mandate.end.decline"
	case v.taker:
		return "mandate.end.resign"
	case v.state == Active:
		return "mandate.end.revoke"
	}
	return "mandate.end.withdraw"
}

func (s *Service) postCode(c *web.Ctx) error {
	m, err := s.Get(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	err = s.SendCode(c.Context(), c.Actor, m.ID)
	switch {
	case identity.CodeWaits(err):
		c.Flash("mandate.code.waits")
	case err != nil:
		return s.again(c, m, nil, err)
	default:
		c.Flash("mandate.code.sent")
	}
	return c.Redirect(m.path())
}

func (s *Service) postGive(c *web.Ctx) error {
	m, err := s.Get(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	code := f.Code("code", identity.CodeDigits, form.Required)
	if err = f.Err(); err == nil {
		_, err = s.Give(c.Context(), c.Actor, m.ID, code)
	}
	if err != nil {
		return s.again(c, m, f, err)
	}
	c.Flash("mandate.give.done")
	return c.Redirect(m.path())
}

// again shows the page with what was wrong.
func (s *Service) again(c *web.Ctx, m Mandate, f *form.Form, err error) error {
	shown, ok := c.Errors(err, f)
	if !ok {
		return err
	}
	return s.draw(c, m, c.View(nil, shown))
}

func (s *Service) postAccept(c *web.Ctx) error {
	m, err := s.Accept(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	c.Flash("mandate.accept.done")
	return c.Redirect(m.path())
}

// endPage says what ending means, and asks.
func (s *Service) endPage(c *web.Ctx) error {
	m, err := s.Get(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	v := showView{View: c.View(nil, nil), m: m, state: m.Standing(s.today()), taker: c.Actor.Person == m.Taker}
	if v.state == Ended {
		return c.Redirect(m.path())
	}
	return c.Render(web.Page{
		Title: c.T(v.endWord()), Caption: c.T("mandate.kind." + string(m.Kind)), Active: "account", Back: m.path(), Body: endBody(v),
	})
}

func (s *Service) postEnd(c *web.Ctx) error {
	m, err := s.Get(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	if err := s.End(c.Context(), c.Actor, m.ID); err != nil {
		return err
	}
	c.Flash("mandate.end.done")
	if c.Actor.Capacity != "" && c.Actor.Capacity == m.Capacity { // it was the capacity in which he pressed
		if err := c.Renew(identity.AsCitizen); err != nil {
			return err
		}
	}
	return c.Redirect(m.path())
}
