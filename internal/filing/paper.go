// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// Paper is the text of a filing as the court reads it, composed from what was
// signed: the answers, the filer as the registry knows him, the court.
func (s *Service) Paper(ctx context.Context, f Filing, def *catalogue.Definition, lang i18n.Lang) (string, error) {
	filer, court, err := s.filer(ctx, f)
	if err != nil {
		return "", err
	}
	facts := catalogue.Facts{Answers: f.Answers, Day: paperDay(f, s.d.Clock.Now())}
	if def, err = f.bind(def); err != nil {
		return "", err
	}
	agent, err := f.agent()
	if err != nil {
		return "", err
	}
	if agent != nil {
		facts.Agent = catalogue.Agent{Name: agent.Name(), Title: catalogue.Text{FA: agent.TitleFA, EN: agent.TitleEN}, Contract: agent.Contract}
	}
	if procedures[def.Kind].joins {
		facts.Presenter = filer
		c, err := s.d.Docket.CaseFor(ctx, s.d.DB, f.Case)
		if err != nil {
			return "", err
		}
		own, _ := partyFor(c, f)
		facts.Side, facts.Case, facts.CaseKind = own.Side, c.Number, c.Kind
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
