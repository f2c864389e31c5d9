// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"errors"
	"strconv"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// checkView is the last look before anything binds.
type checkView struct {
	id      string
	steps   []web.Step
	step    int
	parts   []checkPart
	fees    web.TableOptions
	total   string
	paid    string // with the versions before
	due     string
	mending bool
	free    bool
	unit    string
	why     []reasonView
	proof   string // where the level is to be had that signing will need; "" if it is there
	pending bool   // the name is not yet confirmed: the registry did not answer
}

// reasonView is one step of the way to the court.
type reasonView struct{ words, citation string }

type checkPart struct {
	title string
	rows  []web.SummaryRow
}

func (s *Service) getCheck(c *web.Ctx) error {
	f, q, wrong, err := s.Check(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	d, err := s.definition(c.Context(), f)
	if err != nil {
		return err
	}
	if f.Status != Draft && f.Status != Halted {
		return c.Redirect(s.place(f, d))
	}
	if len(wrong) > 0 {
		return c.Redirect(faulty(f, d))
	}
	return s.renderCheck(c, f, d, q, nil)
}

// postCheck fixes the filing and leads to the payment or the signature.
func (s *Service) postCheck(c *web.Ctx) error {
	in, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	if err := in.Err(); err != nil {
		return err
	}
	f, err := s.Freeze(c.Context(), c.Actor, c.Param("id"))
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Kind == errs.Invalid && len(e.Fields) > 0 {
		return c.Redirect("/filings/" + c.Param("id")) // an answer became wrong meanwhile: its page says what
	}
	if shown, ok := c.Errors(err, in); ok { // nothing was mended
		f, d, err := s.Get(c.Context(), c.Actor, c.Param("id"))
		if err != nil {
			return err
		}
		q, err := s.quote(c.Context(), f, d)
		if err != nil {
			return err
		}
		return s.renderCheck(c, f, d, q, shown)
	}
	if err != nil {
		return err
	}
	return c.Redirect("/filings/" + f.ID)
}

// faulty is the first page on which something is wrong, else the check.
func faulty(f Filing, d *catalogue.Definition) string {
	for _, pg := range asked(d, f) {
		if len(faults(f, d, pg.Key)) > 0 {
			return "/filings/" + f.ID + "/pages/" + pg.Key
		}
	}
	return "/filings/" + f.ID + "/check"
}

func (s *Service) renderCheck(c *web.Ctx, f Filing, d *catalogue.Definition, q Quote, shown *web.Errors) (err error) {
	v := checkView{id: f.ID, unit: pick(c, q.UnitFA, q.UnitEN), free: q.Due == 0, due: c.P.Money(q.Due), total: c.P.Money(q.Total), mending: f.mend != nil}
	if f.mend != nil {
		v.paid = c.P.Money(q.Paid)
	}
	v.pending = f.Names.any(NameUnanswered)
	if c.Actor.Has(policy.Sign) && c.Actor.Assurance < d.Assurance { // known before anything is paid
		v.proof = s.d.MoreProof(c.Actor, d.Assurance, "/filings/"+f.ID+"/check")
	}
	v.steps, v.step = steps(c, d, f, "check")
	if v.parts, err = s.answersView(c, f, d, true); err != nil {
		return err
	}
	part, err := s.forPart(c, f, d)
	if err != nil {
		return err
	}
	if len(part.rows) > 0 {
		v.parts = append([]checkPart{part}, v.parts...)
	}
	v.fees = feesTable(c, q.Fees)
	for _, r := range q.Why {
		v.why = append(v.why, reasonView{words: c.T(r.Code, r.Args...), citation: pick(c, r.Citation.FA, r.Citation.EN)})
	}
	back := "/filings/" + f.ID + "/mend"
	if pages := asked(d, f); len(pages) > 0 {
		back = "/filings/" + f.ID + "/pages/" + pages[len(pages)-1].Key
	}
	return c.Render(web.Page{
		Title: c.T("filing.check.title"), Caption: pick(c, d.Title.FA, d.Title.EN), Lead: c.T("filing.check.lead"),
		Active: "filings", Back: back, Errors: shown, Body: checkBody(c.P, v),
	})
}

// answersView lists the answers page by page, with a link to change each.
func (s *Service) answersView(c *web.Ctx, f Filing, d *catalogue.Definition, change bool) (out []checkPart, err error) {
	for _, pg := range d.Pages {
		part := checkPart{title: pick(c, pg.Title.FA, pg.Title.EN)}
		for _, def := range pg.Fields {
			if !d.Visible(def.Name, f.Answers) {
				continue
			}
			fv, err := s.fieldView(c, def, f.Answers)
			if err != nil {
				return nil, err
			}
			row := web.SummaryRow{Key: fv.Label, Value: answerWords(c, fv)}
			if def.Type == catalogue.TypeFiles {
				row.Value = fileNames(f, def.Name)
			}
			switch def.Type {
			case catalogue.TypeNationalCode, catalogue.TypePostal, catalogue.TypeMobile, catalogue.TypeEntityID, catalogue.TypeCaseNumber:
				row.LTR = true
			}
			if change && f.opens(d, def.Name) {
				row.Change = "/filings/" + f.ID + "/pages/" + pg.Key + "#" + def.Name
			}
			part.rows = append(part.rows, row)
		}
		if len(part.rows) > 0 {
			out = append(out, part)
		}
	}
	return out, nil
}

// answerWords is an answer as a person reads it.
func answerWords(c *web.Ctx, f fieldView) string {
	for _, o := range f.Options {
		if o.Value == f.Value {
			return o.Label
		}
	}
	switch f.Type {
	case catalogue.TypeRials:
		if n, err := strconv.ParseInt(f.Value, 10, 64); err == nil {
			return c.P.Money(n)
		}
	case catalogue.TypeDate:
		if day, err := civil.Parse(f.Value); err == nil {
			return c.P.Day(day)
		}
	}
	return f.Value
}

func feesTable(c *web.Ctx, fees []catalogue.FeeLine) web.TableOptions {
	t := web.TableOptions{Caption: c.T("filing.fees.caption"), Columns: []web.Column{
		{Label: c.T("filing.fees.line")}, {Label: c.T("filing.fees.basis")}, {Label: c.T("filing.fees.citation")}, {Label: c.T("filing.fees.amount"), Numeric: true},
	}}
	for _, l := range fees {
		t.Rows = append(t.Rows, []web.Cell{
			{Text: pick(c, l.Label.FA, l.Label.EN)}, {Text: pick(c, l.Basis.FA, l.Basis.EN)},
			{Text: pick(c, l.Citation.FA, l.Citation.EN)}, {Text: c.P.Money(l.Amount)},
		})
	}
	return t
}

// postChange takes an unpaid filing back to a draft.
func (s *Service) postChange(c *web.Ctx) error {
	if err := s.Thaw(c.Context(), c.Actor, c.Param("id")); err != nil {
		return err
	}
	return c.Redirect("/filings/" + c.Param("id") + "/check")
}

func (s *Service) postDiscard(c *web.Ctx) error {
	if err := s.Discard(c.Context(), c.Actor, c.Param("id")); err != nil {
		return err
	}
	c.Flash("filing.discarded")
	return c.Redirect("/home")
}
