// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/api"
)

// apiDefectFound is a defect in words.
type apiDefectFound struct {
	Field    string   `json:"field" doc:"A question of the title, or fee."`
	Label    string   `json:"label" doc:"What the question is called."`
	Code     string   `json:"code" doc:"The coded reason."`
	Reason   api.Text `json:"reason"`
	Help     api.Text `json:"help" doc:"How it is mended."`
	Citation api.Text `json:"citation"`
	Note     string   `json:"note,omitempty" doc:"In the registrar's own words."`
	Page     string   `json:"page,omitempty" doc:"Where it is mended."`
}

func apiDefectsFound(c *api.Call, f Filing, d *catalogue.Definition, list []Defect) []apiDefectFound {
	out := []apiDefectFound{}
	for _, x := range list {
		r := reason(x.Code)
		found := apiDefectFound{
			Field: x.Field, Label: fieldLabel(c.P, d, x.Field), Code: x.Code, Note: x.Note,
			Reason: api.Text(r.Label), Help: api.Text(r.Help), Citation: api.Text(r.Citation),
		}
		found.Page, _ = mendedOn(f, d, x.Field)
		out = append(out, found)
	}
	return out
}

type apiHalted struct {
	api.Page[apiDefectFound]
	Open     []string `json:"open" doc:"The questions that can be answered anew now."`
	Last     string   `json:"last,omitempty" doc:"The last day of the term, once it is computed."`
	Deadline string   `json:"deadline,omitempty" doc:"Its id, for getDeadline."`
}

func (s *Service) apiListDefects(c *api.Call, in *APIFilingAsked) (out apiHalted, err error) {
	f, d, err := s.Get(c.Context(), c.Actor, in.ID)
	if err != nil {
		return out, err
	}
	list, err := s.Defects(c.Context(), c.Actor, in.ID)
	if err != nil {
		return out, err
	}
	out = apiHalted{Page: api.NewPage(apiDefectsFound(c, f, d, list), ""), Open: []string{}}
	for _, pg := range d.Pages {
		for _, q := range pg.Fields {
			if f.Status == Halted && f.opens(d, q.Name) && d.Visible(q.Name, f.Answers) {
				out.Open = append(out.Open, q.Name)
			}
		}
	}
	due, ok, err := s.mendBy(c.Context(), s.d.DB, f)
	if ok {
		out.Last, out.Deadline = due.Last.String(), due.ID
	}
	return out, err
}

// apiWhys are the reasons that a clerk may give.
type apiWhys struct {
	Defects []apiFieldWhys `json:"defects" doc:"For halting it: those that fit each question. Empty if nobody may."`
	Decline []apiCoded     `json:"decline" doc:"For not sending it. Empty if nobody may."`
}

type apiFieldWhys struct {
	Field   string     `json:"field" doc:"A question that was asked, or fee."`
	Label   string     `json:"label"`
	Reasons []apiCoded `json:"reasons"`
}

type apiCoded struct {
	Code     string   `json:"code"`
	Label    api.Text `json:"label"`
	Citation api.Text `json:"citation"`
}

func apiCodedOf(list []DefectReason) []apiCoded {
	out := []apiCoded{}
	for _, r := range list {
		out = append(out, apiCoded{Code: r.Code, Label: api.Text(r.Label), Citation: api.Text(r.Citation)})
	}
	return out
}

func (s *Service) apiReasons(c *api.Call, in *APIFilingAsked) (out apiWhys, err error) {
	r, err := s.received(c.Context(), c.Actor, in.ID)
	if err != nil {
		return out, err
	}
	out = apiWhys{Defects: []apiFieldWhys{}, Decline: []apiCoded{}}
	add := func(field, on string) {
		if list := reasons(r.def.Kind, on, r.today); len(list) > 0 {
			out.Defects = append(out.Defects, apiFieldWhys{Field: field, Label: fieldLabel(c.P, r.def, field), Reasons: apiCodedOf(list)})
		}
	}
	for _, pg := range r.def.Pages {
		for _, q := range pg.Fields {
			if r.def.Visible(q.Name, r.f.Answers) {
				add(q.Name, string(q.Type))
			}
		}
	}
	add(FieldFee, FieldFee)
	if procedures[r.def.Kind].declines {
		list, err := declineReasons()
		if err != nil {
			return out, err
		}
		out.Decline = apiCodedOf(list)
	}
	return out, nil
}
