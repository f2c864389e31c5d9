// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"

	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// RecordLawyer puts the lawyer who entered appearance on record: from here on he
// sees the case and is served for his party.
func (s *Service) RecordLawyer(ctx context.Context, a policy.Actor, filing string) (err error) {
	defer errs.Wrap(&err, "filing.RecordLawyer")
	r, err := s.received(ctx, a, filing)
	if err != nil {
		return err
	}
	if err := s.mayAct(a, ActLawyer, r.f); err != nil {
		return err
	}
	if err := r.can(ActLawyer); err != nil {
		return err
	}
	contract, _ := r.f.Answers["contract_number"].(string)
	return s.atDesk(ctx, a, r, func(tx *store.Tx) error {
		if err := actTx(ctx, tx, a, a.Unit, r.f.ID, deskNew, deskDone, ActLawyer); err != nil {
			return err
		}
		return s.d.Docket.RecordLawyerTx(ctx, tx, a, docket.Representation{
			Case: r.c.ID, Party: r.f.Party, Lawyer: r.f.Owner, Name: r.item.Filer, Contract: contract, Filing: r.f.ID, From: tx.Now(),
		})
	})
}
