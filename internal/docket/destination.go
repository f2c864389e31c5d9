// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"

	"github.com/tarazu/tarazu/internal/bailiff"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Destination is to whom and where a notice is taken that goes on paper: the party
// as the case has it. errs.NotFound: the notice is of no case of this register.
func (s *Service) Destination(ctx context.Context, q store.Querier, caseID, noticeID string) (_ bailiff.Destination, err error) {
	defer errs.Wrap(&err, "docket.Destination")
	c, err := readCase(ctx, q, caseID)
	if err != nil {
		return bailiff.Destination{}, err
	}
	p, found, err := s.addressee(ctx, q, caseID, noticeID, "")
	if err != nil {
		return bailiff.Destination{}, err
	}
	if !found {
		return bailiff.Destination{}, errs.New(errs.NotFound, "")
	}
	out := bailiff.Destination{
		CaseKind: c.Kind, Addressee: bailiff.AsPerson, Name: p.Name, NationalCode: p.NationalCode, EntityID: p.EntityID,
		Address: p.Address, Province: p.Province, County: p.County,
	}
	if p.Kind == EntityParty {
		out.Addressee = bailiff.AsEntity
		if p.EntityID == "" { // an authority is in no register of companies
			out.Addressee = bailiff.AsBody
		}
	}
	hides, err := s.d.Shelter.Among(ctx, q, []string{p.Person})
	if err != nil {
		return bailiff.Destination{}, err
	}
	if p.UnknownAddress || len(hides) > 0 { // the registry finds another way
		out.Address = ""
	}
	return out, nil
}
