// SPDX-License-Identifier: Apache-2.0

package desk

import (
	"net/url"
	"slices"

	"github.com/tarazu/tarazu/internal/identity/body"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/program"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// deskView is what is at the desks.
type deskView struct {
	web.View
	filters []web.Filter
	items   []web.Item
	empty   string
	paging  web.Paging
	units   body.Units
	lies    []ByUnit // of the whole body, for whoever manages it
	manages bool
	untold  program.Work // for whoever manages it
}

func (s *Service) deskPage(c *web.Ctx) error {
	f := Filter(c.Query("show"))
	if !slices.Contains(Filters(), f) {
		f = FilterOpen
	}
	page, err := s.List(c.Context(), c.Actor, f, c.Query("after"), 0)
	if err != nil {
		return err
	}
	v := deskView{View: c.View(nil, nil), empty: c.T("desk.empty." + string(f)), units: page.Units, manages: s.Manages(c.Actor)}
	if v.manages {
		if v.lies, err = s.Overview(c.Context(), c.Actor); err != nil {
			return err
		}
		if v.untold, err = s.Untold(c.Context(), c.Actor); err != nil {
			return err
		}
	}
	for _, i := range page.Items {
		v.items = append(v.items, v.item(i))
	}
	for _, k := range Filters() {
		v.filters = append(v.filters, web.Filter{Label: c.T("desk.filter." + string(k)), Href: deskPath(k, ""), On: k == f, Counted: true, Count: page.Counts.Of(k)})
	}
	if page.Next != "" {
		v.paging.Older = deskPath(f, page.Next)
	}
	if c.Query("after") != "" {
		v.paging.Newer = deskPath(f, "")
	}
	return c.Render(web.Page{Title: c.T("desk.title"), Caption: c.Actor.ForName, Lead: v.lead(c), Active: "bodydesk", Body: deskBody(v)})
}

func (v deskView) lead(c *web.Ctx) string {
	if c.Actor.Unit == "" {
		return c.T("desk.lead_whole")
	}
	return c.T("desk.lead_unit", "unit", v.units.Unit(c.Actor.Unit).Name(c.P.Lang()))
}

func deskPath(f Filter, after string) string {
	q := url.Values{}
	if f != FilterOpen {
		q.Set("show", string(f))
	}
	if after != "" {
		q.Set("after", after)
	}
	if len(q) == 0 {
		return Path
	}
	return Path + "?" + q.Encode()
}

// unitName is what a unit is called; the top of the body, or one that has ended.
func unitName(v web.View, units body.Units, id string) string {
	switch {
	case id == "":
		return v.T("desk.top")
	case !units.Stands(id):
		return v.T("desk.ended")
	}
	return units.Unit(id).Name(v.P.Lang())
}

func (v deskView) item(i Item) web.Item {
	it := web.Item{
		Title: i.Title.In(v.P.Lang()), Href: Path + "/" + i.Notice, Unread: i.Opened.IsZero(),
		Meta: []string{i.Sender.In(v.P.Lang()), v.T("desk.arrived", "at", i.Arrived)},
		Tag:  unitName(v.View, v.units, i.Unit), Tone: web.Neutral,
	}
	switch {
	case i.State == Done:
		it.Side = v.T("desk.state.done")
	case i.State == Taken:
		it.Side = v.T("desk.with", "name", i.HolderName)
	default:
		it.Tone, it.Side = web.Warn, v.T("desk.state.new")
	}
	return it
}

// lying is the table of what lies where.
func (v deskView) lying() web.TableOptions {
	o := web.TableOptions{
		Caption: v.T("desk.lies"), HiddenCaption: true,
		Columns: []web.Column{{Label: v.T("desk.unit")}, {Label: v.T("desk.open"), Numeric: true}, {Label: v.T("desk.unopened"), Numeric: true}, {Label: v.T("desk.late"), Numeric: true}},
	}
	for _, l := range v.lies {
		o.Rows = append(o.Rows, []web.Cell{
			{Text: unitName(v.View, v.units, l.Unit.ID)}, {Text: v.P.Int(int64(l.Open))}, {Text: v.P.Int(int64(l.Unopened))}, {Text: v.P.Int(int64(l.Late))},
		})
	}
	return o
}

// itemView is one notice at a desk.
type itemView struct {
	web web.View
	View
}

func (s *Service) itemPage(c *web.Ctx) error { return s.drawItem(c, c.View(nil, nil)) }

func (s *Service) drawItem(c *web.Ctx, view web.View) error {
	x, err := s.Get(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: x.Title.In(c.P.Lang()), Caption: x.Sender.In(c.P.Lang()), Active: "bodydesk", Back: Path, Errors: view.Errors,
		Body: itemBody(itemView{View: x, web: view}),
	})
}

func (v itemView) facts() []web.SummaryRow {
	rows := []web.SummaryRow{
		{Key: v.web.T("desk.unit"), Value: unitName(v.web, v.Units, v.Unit)},
		{Key: v.web.T("desk.why"), Value: v.why()},
		{Key: v.web.T("notice.field.kind"), Value: v.web.T("notice.kind." + v.Kind)},
		{Key: v.web.T("desk.arrived_at"), Body: web.TimeText(v.web.P, v.Arrived)},
	}
	if v.CaseNumber != "" {
		rows = append(rows, web.SummaryRow{Key: v.web.T("notice.field.case"), Value: v.CaseNumber, LTR: true})
	}
	opened := web.SummaryRow{Key: v.web.T("desk.opened"), Value: v.web.T("desk.not_opened")}
	if !v.Opened.IsZero() {
		opened = web.SummaryRow{Key: v.web.T("desk.opened"), Body: web.TimeText(v.web.P, v.Opened)}
	}
	rows = append(rows, opened)
	state := v.web.T("desk.state." + string(v.State))
	if v.State == Taken {
		state = v.web.T("desk.with", "name", v.HolderName)
	}
	return append(rows, web.SummaryRow{Key: v.web.T("desk.state"), Value: state})
}

// why says how the notice came to its first desk.
func (v itemView) why() string {
	switch {
	case v.Rules == 0:
		return v.web.T("desk.why_none")
	case v.Rule == 0:
		return v.web.T("desk.why_top")
	}
	return v.web.T("desk.why_rule", "n", v.Rule)
}

func (v itemView) history() []web.Event {
	out := make([]web.Event, 0, len(v.Steps))
	for i := len(v.Steps) - 1; i >= 0; i-- {
		x := v.Steps[i]
		e := web.Event{At: x.At, Title: v.web.T("desk.step." + x.What), By: x.Name, Text: x.Note}
		switch {
		case x.What == stepRouted || x.What == stepHanded:
			e.Title = v.web.T("desk.step_to."+x.What, "unit", unitName(v.web, v.Units, x.Unit))
		case x.Person == "":
			e.By = v.web.T("desk.program")
		}
		out = append(out, e)
	}
	return out
}

func (v itemView) places() web.Choice {
	o := unitChoice(v.web, v.Units, "unit", v.web.T("desk.hand.unit"), "")
	o.Options = slices.DeleteFunc(o.Options, func(x web.Option) bool { return x.Value == v.Unit || v.Unit == "" && x.Value == top })
	return o
}

// top is the top of the body as an answer.
const top = "top"

// unitChoice is a list of the units of a body, from the top down.
func unitChoice(v web.View, units body.Units, name, label, on string) web.Choice {
	o := web.Choice{Name: name, Label: label, Prompt: v.T("desk.choose"), Options: []web.Option{{Value: top, Label: v.T("desk.top"), On: on == top}}}
	for _, id := range units.Below("") {
		u := units.Unit(id)
		o.Options = append(o.Options, web.Option{Value: id, Label: v.T("desk.unit_of", "name", u.Name(v.P.Lang()), "code", v.P.Digits(u.Code)), On: on == id})
	}
	return o
}

func unitOf(f *form.Form, name string) string {
	if u := f.Text(name, form.Required, form.Max(64)); u != top {
		return u
	}
	return ""
}

// What a button of the page of a notice does.
const (
	doTake  = "take"
	doLeave = "leave"
	doDone  = "done"
	doAgain = "again"
)

// done are what is said afterwards.
var done = map[string]string{doTake: "desk.did.take", doLeave: "desk.did.leave", doDone: "desk.did.done", doAgain: "desk.did.again"}

func (s *Service) postStep(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	do, id := f.Choice("do", doTake, doLeave, doDone, doAgain), c.Param("id")
	if err = f.Err(); err == nil {
		switch do {
		case doTake:
			err = s.Take(c.Context(), c.Actor, id)
		case doLeave:
			err = s.Leave(c.Context(), c.Actor, id)
		case doDone:
			err = s.Done(c.Context(), c.Actor, id, "")
		case doAgain:
			err = s.Again(c.Context(), c.Actor, id)
		}
	}
	return c.After(f, err, done[do], Path+"/"+id, s.drawItem)
}

func (s *Service) postHand(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	unit, note := unitOf(f, "unit"), f.Text("note", form.Missing("desk.wrong.note"), form.Max(s.limits.Note))
	if err = f.Err(); err == nil {
		err = s.Hand(c.Context(), c.Actor, c.Param("id"), unit, note)
	}
	// Whoever hands a notice to another unit may not see it there.
	return c.After(f, err, "desk.did.hand", Path, s.drawItem)
}
