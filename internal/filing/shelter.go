// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"
	"slices"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/identity/shelter"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// The answers that say where the filer lives.
const (
	fieldAddress = "plaintiff_address"
	fieldPostal  = "plaintiff_postal"
)

// withShelter notes whether the filer hides where they live, as long as it matters:
// while answers can be changed, and are asked for it.
func (s *Service) withShelter(ctx context.Context, f Filing, d *catalogue.Definition) (_ Filing, err error) {
	if (f.Status == Draft || f.Status == Halted) && asks(d, "", fieldAddress) {
		_, f.sheltered, err = s.d.Shelter.Of(ctx, s.d.DB, f.Owner)
	}
	return f, err
}

// givenAway is what is wrong with the answers of somebody who hides an address:
// it is refused and not replaced, for they sign what they have read (ADR 47).
func (f Filing) givenAway(d *catalogue.Definition, page string) (wrong []errs.Field) {
	if !f.sheltered || !asks(d, page, fieldAddress) {
		return nil
	}
	if a, _ := f.Answers[fieldAddress].(string); a != "" && !shelter.Fixed(a) {
		wrong = append(wrong, errs.Field{Name: fieldAddress, Code: "shelter.gives_away"})
	}
	if p, _ := f.Answers[fieldPostal].(string); p != "" {
		wrong = append(wrong, errs.Field{Name: fieldPostal, Code: "shelter.gives_away_postal"})
	}
	return wrong
}

// asks tells whether a page, or any if page is "", has a field.
func asks(d *catalogue.Definition, page, field string) bool {
	return slices.ContainsFunc(d.Pages, func(pg catalogue.PageDef) bool {
		return (page == "" || pg.Key == page) && slices.ContainsFunc(pg.Fields, func(q catalogue.FieldDef) bool { return q.Name == field })
	})
}
