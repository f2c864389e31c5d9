// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/pdf"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// Paper is the text of a filing as the court reads it, composed from what was
// signed: the answers, the filer as the registry knows him, the court.
func (s *Service) Paper(ctx context.Context, f Filing, def *catalogue.Definition, lang i18n.Lang) (string, error) {
	filer, court, err := s.filer(ctx, f)
	if err != nil {
		return "", err
	}
	facts := catalogue.Facts{Answers: f.Answers, Day: paperDay(f, s.d.Clock.Now())}
	if def.Kind == catalogue.Brief {
		facts.Presenter = filer
		c, err := s.d.Docket.CaseFor(ctx, s.d.DB, f.Case)
		if err != nil {
			return "", err
		}
		own, _ := c.PartyOf(f.Owner)
		facts.Side, facts.Case = own.Side, c.Number
		facts.Court = catalogue.Text(c.UnitName)
		if c.Branch != "" {
			facts.Branch = catalogue.Text(c.BranchName)
		}
	} else {
		facts.Plaintiff, facts.Court = filer, court
	}
	return def.Compose(lang, facts)
}

// paperDay is the day on the paper: of the submission, before it today.
func paperDay(f Filing, now time.Time) civil.Day {
	if !f.Submitted.IsZero() {
		now = f.Submitted
	}
	return civil.Of(now)
}

// PaperFile is the paper of a submitted filing as a PDF file, signed now. What
// was signed by its filer and what the receipt covers is the record, whose hash
// stands in the file; the file itself is a copy for people.
func (s *Service) PaperFile(ctx context.Context, a policy.Actor, id string, lang i18n.Lang) (file []byte, f Filing, err error) {
	defer errs.Wrap(&err, "filing.PaperFile")
	f, def, err := s.Get(ctx, a, id)
	if err != nil {
		return nil, f, err
	}
	if f.Status != Submitted {
		return nil, f, errs.New(errs.NotFound, "filing.not_submitted")
	}
	text, err := s.Paper(ctx, f, def, lang)
	if err != nil {
		return nil, f, err
	}
	unit, err := s.d.Authority.Unit(ctx, f.Unit)
	if err != nil {
		return nil, f, err
	}
	p := pdf.FromText(lang, text)
	p.Court, p.Number, p.Tracking, p.Hash, p.VerifyURL = unit.NameFA, f.CaseNumber, f.Tracking, f.Hash, s.d.BaseURL
	if lang == i18n.EN {
		p.Court = unit.NameEN
	}
	if file, err = s.d.Papers.Render(p); err != nil {
		return nil, f, err
	}
	file, err = s.d.Signer.Sign(ctx, file, s.d.Clock.Now())
	return file, f, err
}
