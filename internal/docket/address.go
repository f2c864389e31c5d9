// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// HiddenAddress is where a party is to be found who hides it.
type HiddenAddress struct {
	Name    string
	Kept    string // what the party left with the court
	Written string // what stands in the case; another party may have written it
}

// HiddenAddresses are the addresses of the parties of a case who hide them, for a
// judge of the court, who says why. Each reading is recorded and shown to the
// party.
func (s *Service) HiddenAddresses(ctx context.Context, a policy.Actor, caseID, why string) (out []HiddenAddress, err error) {
	defer errs.Wrap(&err, "docket.HiddenAddresses")
	c, err := s.hiding(ctx, a, caseID)
	if err != nil {
		return nil, err
	}
	written, err := readParties(ctx, s.d.DB, caseID)
	if err != nil {
		return nil, err
	}
	for i, p := range c.Parties {
		if !p.Hides {
			continue
		}
		kept, err := s.d.Shelter.Show(ctx, a, p.Person, caseID, why)
		if err != nil {
			return nil, err
		}
		out = append(out, HiddenAddress{Name: p.Name, Kept: kept.Address, Written: written[i].Address})
	}
	return out, nil
}

// hiding is a case with a party who hides an address, for a judge who may know it.
func (s *Service) hiding(ctx context.Context, a policy.Actor, caseID string) (Case, error) {
	c, err := s.visible(ctx, a, caseID)
	if err != nil {
		return Case{}, err
	}
	if a.Role != policy.Judge {
		return Case{}, errs.New(errs.Forbidden, "")
	}
	if err := s.d.Policy.Check(a, "docket.addresses", caseResource(c)); err != nil {
		return Case{}, err
	}
	for _, p := range c.Parties {
		if p.Hides {
			return c, nil
		}
	}
	return Case{}, errs.New(errs.NotFound, "")
}
