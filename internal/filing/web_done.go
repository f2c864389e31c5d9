// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/intake"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// doneView confirms what was received.
type doneView struct {
	id, tracking, number, caseID, unit string
	filing                             Filing
	ready                              bool // the receipt can be downloaded
	paper, paperReady                  bool // the paper can be, and its receipt
	kind                               catalogue.Kind
	rejected                           bool
}

func (s *Service) getDone(c *web.Ctx) error {
	f, d, err := s.Get(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	if f.Status != Submitted && f.Status != Rejected {
		return c.Redirect(s.place(f, d))
	}
	_, _, err = s.Receipt(c.Context(), c.Actor, f.ID)
	if err != nil && !errs.Is(err, errs.Conflict) {
		return err
	}
	unit, uerr := s.d.Authority.Unit(c.Context(), f.Unit)
	if uerr != nil {
		return uerr
	}
	v := doneView{
		id: f.ID, tracking: f.Tracking, number: f.CaseNumber, caseID: f.Case, unit: pick(c, unit.NameFA, unit.NameEN),
		filing: f, ready: err == nil, kind: d.Kind, rejected: f.Status == Rejected,
	}
	if v.paper, v.paperReady, err = s.paperState(c, f); err != nil {
		return err
	}
	pg := web.Page{Title: c.T("filing.done.title"), Active: "filings", NoHeading: true, Body: doneBody(c.P, v)}
	if !v.ready || !v.paperReady {
		pg.RefreshURL = "/filings/" + f.ID + "/done"
	}
	return c.Render(pg)
}

// getReceipt downloads the proof file.
func (s *Service) getReceipt(c *web.Ctx) error {
	b, f, err := s.Receipt(c.Context(), c.Actor, c.Param("id"))
	if errs.Is(err, errs.Conflict) { // not yet covered: the page says so and refreshes
		return c.Redirect("/filings/" + c.Param("id") + "/done")
	}
	if err != nil {
		return err
	}
	return c.Download("tarazu-"+f.Tracking+".tlog-proof", "text/plain; charset=utf-8", b)
}

// paperState tells whether the paper is made, and its receipt ready.
func (s *Service) paperState(c *web.Ctx, f Filing) (made, ready bool, err error) {
	_, _, err = s.PaperReceipt(c.Context(), c.Actor, f.ID, c.P.Lang())
	switch errs.KindOf(err) {
	case errs.NotFound:
		return false, false, nil
	case errs.Conflict:
		return true, false, nil
	}
	return err == nil, err == nil, err
}

// getPaperReceipt downloads the proof file of the paper.
func (s *Service) getPaperReceipt(c *web.Ctx) error {
	b, f, err := s.PaperReceipt(c.Context(), c.Actor, c.Param("id"), c.P.Lang())
	if errs.Is(err, errs.Conflict) {
		return c.Redirect("/filings/" + c.Param("id") + "/done")
	}
	if err != nil {
		return err
	}
	return c.Download("tarazu-"+f.Tracking+"-paper.tlog-proof", "text/plain; charset=utf-8", b)
}

// getSharedPaper downloads a paper that is meant for the parties of its case.
func (s *Service) getSharedPaper(c *web.Ctx) error {
	file, f, err := s.SharedPaper(c.Context(), c.Actor, c.Param("case"), c.Param("filing"), c.P.Lang())
	if err != nil {
		return err
	}
	return c.Download("tarazu-"+f.Tracking+".pdf", intake.PDF, file)
}

// getPaperFile downloads the paper as it was signed.
func (s *Service) getPaperFile(c *web.Ctx) error {
	file, f, err := s.PaperFile(c.Context(), c.Actor, c.Param("id"), c.P.Lang())
	if err != nil {
		return err
	}
	return c.Download("tarazu-"+f.Tracking+".pdf", intake.PDF, file)
}

// paperView is the filing as the court reads it.
type paperView struct {
	text, number, tracking string
}

func (s *Service) getPaper(c *web.Ctx) error {
	f, d, err := s.Get(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	if f, err = lastSigned(c.Context(), s.d.DB, f); err != nil {
		return err
	}
	text, err := s.Paper(c.Context(), f, d, c.P.Lang())
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("filing.paper.title"), Active: "filings", Back: "/filings/" + f.ID,
		Body: paperBody(c.P, paperView{text: text, number: f.CaseNumber, tracking: f.Tracking}),
	})
}
