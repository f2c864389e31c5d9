// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// Paper is the text of a filing as the court reads it, composed from the
// record if it is frozen, else from the draft's answers.
func (s *Service) Paper(ctx context.Context, f Filing, def *catalogue.Definition, lang i18n.Lang) (string, error) {
	facts := catalogue.Facts{Answers: f.Answers, CaseNumber: f.CaseNumber}
	if len(f.Record) > 0 {
		r, err := readRecord(f.Record)
		if err != nil {
			return "", err
		}
		facts.Filer = catalogue.FactsParty{
			FirstName: r.Filer.FirstName, LastName: r.Filer.LastName, FatherName: r.Filer.FatherName, NationalCode: r.Filer.NationalCode,
		}
	} else {
		p, err := s.d.Identity.Person(ctx, f.Owner)
		if err != nil {
			return "", err
		}
		facts.Filer = catalogue.FactsParty{FirstName: p.FirstName, LastName: p.LastName, FatherName: p.FatherName, NationalCode: p.NationalCode}
	}
	if f.Unit != "" {
		u, err := s.d.Authority.Unit(ctx, f.Unit)
		if err != nil {
			return "", err
		}
		facts.UnitFA, facts.UnitEN = u.NameFA, u.NameEN
	}
	return def.Compose(lang, facts)
}
