// SPDX-License-Identifier: Apache-2.0

package office

import (
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// visitView says what was done for a client.
type visitView struct {
	web.View
	visit Visit
	rows  []web.SummaryRow
}

func (s *Service) showVisit(c *web.Ctx) error {
	v, err := s.Visit(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	if v.Done.IsZero() {
		return c.Redirect(v.path() + "?visit=" + v.ID)
	}
	p, err := s.clientOf(c.Context(), c.Actor, v)
	if err != nil {
		return err
	}
	w := visitView{View: c.View(nil, nil), visit: v, rows: []web.SummaryRow{
		{Key: c.T("office.client.name"), Value: v.Name()}, {Key: c.T("office.slip.judicial_id"), Value: p.JudicialID, LTR: true},
		{Key: c.T("office.slip.consent"), Value: c.T("office.consent." + string(v.Consent))},
	}}
	return c.Render(web.Page{Title: c.T("office.done." + string(v.Kind)), NoHeading: true, Active: "counter", Body: visitBody(w)})
}

// getSlip is the slip for the client to take along, in their language.
func (s *Service) getSlip(c *web.Ctx) error {
	file, err := s.Slip(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	return c.Inline("tarazu-slip.pdf", "application/pdf", file)
}

// showStart is the counter's first page.
func (s *Service) showStart(c *web.Ctx) error {
	if err := s.mayServe(c.Context(), c.Actor); err != nil {
		return err
	}
	o, err := s.Office(c.Context(), c.Actor, c.Actor.Unit)
	if err != nil {
		return err
	}
	return c.Render(web.Page{Title: c.T("office.counter.title"), Caption: o.Name.In(c.P.Lang()), Active: "counter", Body: startBody(c.P, o.Code, s.mayVouch(c.Context(), c.Actor) == nil)})
}

// slipLang is the language of what a client takes along.
func slipLang(v Visit) i18n.Lang {
	if v.Lang == i18n.EN {
		return i18n.EN
	}
	return i18n.FA
}
