// SPDX-License-Identifier: Apache-2.0

package bailiff

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/pdf"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// Paper is what the bailiff takes along, in Persian: the notice, and the slip that
// comes back signed. The QR code leads the bailiff to the task and everybody else
// to the page that checks papers (showPaper).
func (s *Service) Paper(ctx context.Context, a policy.Actor, id string) (_ []byte, err error) {
	defer errs.Wrap(&err, "bailiff.Paper")
	t, had, err := s.find(ctx, s.d.DB, a, id)
	if err != nil {
		return nil, err
	}
	if err := hidden(s.d.Policy.Check(a, "bailiff.print", resource(t, had))); err != nil {
		return nil, err
	}
	t = s.shown(a, t)
	n, err := s.d.Notice.OnPaper(ctx, t.Case, t.ID)
	if err != nil {
		return nil, err
	}
	if err := s.recordLooks(ctx, a, []Task{t}); err != nil {
		return nil, err
	}
	w := s.d.Catalog.Printer(i18n.FA)
	line := func(key, value string) string { return w.T(key) + ": " + value }
	p := pdf.FromText(i18n.FA, n.Paper.FA)
	p.Court, p.Number, p.VerifyURL, p.Hash = t.Sender.FA, t.CaseNumber, s.d.BaseURL+pathPaper+"/"+t.ID+"?h="+n.ContentHash, n.ContentHash
	if p.Title == "" {
		p.Title = t.Title.FA
	}
	slip := pdf.Block{Heading: w.T("bailiff.slip.title"), Lines: []string{line("bailiff.slip.name", t.Name), line("bailiff.slip.number", t.Number)}}
	if t.Address != "" {
		slip.Lines = append(slip.Lines, line("bailiff.slip.address", t.Address))
	}
	slip.Lines = append(slip.Lines, w.T("bailiff.slip.taken"), w.T("bailiff.slip.day"), w.T("bailiff.slip.sign"), w.T("bailiff.slip.officer"))
	p.Blocks = append(p.Blocks,
		pdf.Block{Heading: w.T("bailiff.slip.you"), Lines: []string{w.T("bailiff.slip.you_text"), s.d.BaseURL + "/register", w.T("bailiff.slip.verify"), s.d.BaseURL + "/verify"}},
		slip)
	return s.d.Papers.Render(p)
}
