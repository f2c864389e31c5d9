// SPDX-License-Identifier: Apache-2.0

package body

import (
	"strings"

	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// unitView is one unit.
type unitView struct {
	web.View
	d     Desk
	s     *Service
	open  []web.Task
	ended []Post
}

func (s *Service) unitPage(c *web.Ctx) error {
	d, err := s.Unit(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	v := unitView{View: c.View(nil, nil), d: d, s: s}
	for _, p := range d.Posts {
		state := p.Standing(s.today())
		if state == Ended {
			v.ended = append(v.ended, p)
			continue
		}
		v.open = append(v.open, web.Task{
			Label: p.Name, Href: p.path(), Status: c.T("body.state." + string(state)), Tone: tone(state),
			Hint: c.T("body.unit.post", "title", p.Title(c.P.Lang()), "day", c.P.DayShort(p.Until)),
		})
	}
	return c.Render(web.Page{
		Title: d.Name(c.P.Lang()), Caption: c.Actor.ForName, Active: "account", Back: Path, Body: unitBody(v),
	})
}

func (v unitView) facts() []web.SummaryRow {
	rows := []web.SummaryRow{{Key: v.T("body.unit.code"), Value: v.d.Code, LTR: true}}
	if len(v.d.Path) > 0 {
		names := make([]string, len(v.d.Path))
		for i, u := range v.d.Path {
			names[i] = u.Name(v.P.Lang())
		}
		rows = append(rows, web.SummaryRow{Key: v.T("body.unit.above"), Value: strings.Join(names, " › ")})
	}
	if len(v.d.Below) > 0 {
		rows = append(rows, web.SummaryRow{Key: v.T("body.unit.below"), Body: unitLinks(v)})
	}
	rows = append(rows, web.SummaryRow{Key: v.T("body.unit.from"), Body: web.DayShortText(v.P, v.d.From)})
	if !v.d.Stands() {
		rows = append(rows, web.SummaryRow{Key: v.T("body.unit.until"), Body: web.DayShortText(v.P, v.d.Until)})
	}
	return rows
}

// history is the life of the unit, the newest first.
func (v unitView) history() []web.Event {
	out := make([]web.Event, len(v.d.Changes))
	for i, ch := range v.d.Changes {
		name := ch.NameFA
		if v.P.Lang() == "en" {
			name = ch.NameEN
		}
		e := web.Event{At: ch.At, Title: v.T("body.change." + ch.What), By: ch.ByName}
		switch ch.What {
		case Made, Renamed:
			e.Text = v.T("body.change.name", "name", name, "code", i18n.LTR(ch.Code))
		case Moved:
			e.Text = v.T("body.change.top")
			if above, ok := v.d.Names[ch.Parent]; ok {
				e.Text = v.T("body.change.under", "name", above.Name(v.P.Lang()))
			} else if ch.Parent != "" {
				e.Text = ""
			}
		}
		out[i] = e
	}
	return out
}

func (v unitView) endedTable() web.TableOptions {
	o := web.TableOptions{
		Caption: v.T("body.unit.former"), HiddenCaption: true,
		Columns: []web.Column{{Label: v.T("body.seat.who")}, {Label: v.T("body.seat.title")}, {Label: v.T("body.seat.why")}},
	}
	for _, p := range v.ended {
		why := p.Why
		if why == "" {
			why = Over
		}
		o.Rows = append(o.Rows, []web.Cell{{Text: p.Name, Href: p.path()}, {Text: p.Title(v.P.Lang())}, {Text: v.T("body.why." + why)}})
	}
	return o
}
