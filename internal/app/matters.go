// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/identity/mandate"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// mandateMatters is to what a mandate can be limited: the cases of the giver, and
// the titles that open something new and that a lawyer can file in his name: open
// to him, a human being or a legal person, and to lawyers.
func (a *App) mandateMatters(ctx context.Context, who policy.Actor) (cases, titles []mandate.Matter, err error) {
	list, err := a.Docket.CasesOf(ctx, who)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range list {
		if c.Lawyer { // somebody else's, whom he represents
			continue
		}
		cases = append(cases, mandate.Matter{ID: c.ID, FA: i18n.LTR(c.Number) + " – " + c.Title.FA, EN: i18n.LTR(c.Number) + " – " + c.Title.EN})
	}
	standing := policy.Citizen
	if who.For != "" {
		p, err := a.Identity.Person(ctx, who.For)
		if err != nil {
			return nil, nil, err
		}
		if !p.Class.Natural() {
			standing = policy.Representative
		}
	}
	defs, err := a.Catalogue.List(ctx, civil.Of(a.Clock.Now()))
	for _, d := range defs {
		if d.OpenTo(standing, policy.Lawyer) && d.Kind != catalogue.Brief && d.Kind != catalogue.Objection {
			titles = append(titles, mandate.Matter{ID: d.Code, FA: d.Title.FA, EN: d.Title.EN})
		}
	}
	return cases, titles, err
}
