// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// haltView is the page on which the registrar says what is wrong.
type haltView struct {
	action string
	parts  []haltPart
	view   web.View
}

type haltPart struct {
	title string
	rows  []haltField
}

// haltField is one answer with the reasons that fit its question.
type haltField struct {
	name, label, value string
	reasons            []web.Option
}

func (s *Service) getHalt(c *web.Ctx) error {
	r, err := s.received(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	if err := s.mayAct(c.Actor, ActHalt, r.f); err != nil {
		return err
	}
	if r.can(ActHalt) != nil {
		return c.Redirect("/court/filings/" + r.f.ID)
	}
	return s.renderHalt(c, r, nil, nil)
}

func (s *Service) renderHalt(c *web.Ctx, r received, in *form.Form, shown *web.Errors) error {
	v := haltView{action: "/court/filings/" + r.f.ID + "/halt", view: c.View(in, shown)}
	for _, pg := range r.def.Pages {
		part := haltPart{title: pick(c, pg.Title.FA, pg.Title.EN)}
		for _, q := range pg.Fields {
			if !r.def.Visible(q.Name, r.f.Answers) {
				continue
			}
			fv, err := s.fieldView(c, q, r.f.Answers)
			if err != nil {
				return err
			}
			part.rows = append(part.rows, haltField{name: q.Name, label: fv.Label, value: answerWords(c, fv), reasons: s.reasonOptions(c, r, string(q.Type))})
		}
		if len(part.rows) > 0 {
			v.parts = append(v.parts, part)
		}
	}
	v.parts = append(v.parts, haltPart{title: c.T("filing.fees.title"), rows: []haltField{
		{name: FieldFee, label: c.T("filing.fees.title"), reasons: s.reasonOptions(c, r, FieldFee)},
	}})
	return c.Render(web.Page{
		Title: c.T("filing.halt.title"), Caption: pick(c, r.item.TitleFA, r.item.TitleEN), Lead: c.T("filing.halt.lead"), Active: "court",
		Back: "/court/filings/" + r.f.ID, Errors: shown, Body: haltBody(c.P, v),
	})
}

func (s *Service) reasonOptions(c *web.Ctx, r received, on string) (out []web.Option) {
	for _, x := range reasons(r.def.Kind, on, s.today()) {
		out = append(out, web.Option{Value: x.Code, Label: pick(c, x.Label.FA, x.Label.EN)})
	}
	return out
}

func (s *Service) postHalt(c *web.Ctx) error {
	r, err := s.received(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	in, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	list := readDefects(in, r.def)
	if err = in.Err(); err == nil {
		_, err = s.Halt(c.Context(), c.Actor, r.f.ID, list)
	}
	switch {
	case err == nil:
		c.Flash("filing.halted")
		return c.Redirect("/court/filings/" + r.f.ID)
	case errs.Is(err, errs.Invalid):
		shown, ok := c.Errors(err, in)
		if !ok {
			return err
		}
		return s.renderHalt(c, r, in, shown)
	}
	return s.receivedAgain(c, in, err)
}

// readDefects reads the reason and the note beside each answer.
func readDefects(in *form.Form, d *catalogue.Definition) (out []Defect) {
	add := func(field string) {
		code, note := in.Text("reason_"+field), in.Text("note_"+field, form.Max(maxNote))
		if code != "" || note != "" {
			out = append(out, Defect{Field: field, Code: code, Note: note})
		}
	}
	for _, pg := range d.Pages {
		for _, q := range pg.Fields {
			add(q.Name)
		}
	}
	add(FieldFee)
	return out
}

// postReject rejects what was not mended in time. The form says whether the
// desk showed it as mended late.
func (s *Service) postReject(c *web.Ctx) error {
	in, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	reject := s.Reject
	if in.Text("late") != "" {
		reject = s.RejectLate
	}
	if err = in.Err(); err == nil {
		_, err = reject(c.Context(), c.Actor, c.Param("id"))
	}
	if err != nil {
		return s.receivedAgain(c, in, err)
	}
	c.Flash("filing.rejected")
	return c.Redirect("/court/filings/" + c.Param("id"))
}

// postDecide is the court's decision on a rejection.
func (s *Service) postDecide(c *web.Ctx) error {
	in, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	decision := in.Choice("decision", string(ActSetAside), string(ActUphold))
	why := in.Text("why", form.Required, form.Max(maxReason))
	if err = in.Err(); err == nil && decision == "" {
		err = errs.InvalidFields([]errs.Field{{Name: "decision", Code: "filing.decision_missing"}})
	}
	if err == nil {
		err = s.DecideRejection(c.Context(), c.Actor, c.Param("id"), decision == string(ActSetAside), why)
	}
	if err != nil {
		return s.receivedAgain(c, in, err)
	}
	c.Flash("filing.decided")
	return c.Redirect("/court/filings/" + c.Param("id"))
}
