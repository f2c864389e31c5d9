// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"
	"slices"

	"github.com/tarazu/tarazu/internal/identity/mandate"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const sqlRepresentedBy = `SELECT l.case_id, l.party FROM docket_lawyer l JOIN docket_party p ON p.case_id = l.case_id AND p.id = l.party
	WHERE l.lawyer = $1 AND p.person = $2 AND l.until_us = 0 ORDER BY l.case_id, l.party`

type representedRow struct {
	Case  string `db:"case_id"`
	Party string `db:"party"`
}

// onMandateEnded takes a lawyer whose contract has ended off the record of the
// cases of who gave it. Papers go to the party from the end of the contract on,
// also before this has run: see lawyerTx.
func (s *Service) onMandateEnded(ctx context.Context, e mandate.EndedEvent) error {
	if e.Kind != mandate.Lawyer {
		return nil
	}
	by, rule := policy.Actor{Role: policy.System}, "" // its last day is over
	switch e.Why {
	case mandate.Revoked:
		by, rule = policy.Actor{Person: e.By, Role: policy.Citizen}, "cpc-37"
	case mandate.Resigned:
		by, rule = policy.Actor{Person: e.By, Role: policy.Lawyer}, "cpc-39"
	}
	seen := map[representedRow]bool{}
	for {
		rows, err := store.All[representedRow](ctx, s.d.DB, sqlRepresentedBy, e.Taker, e.Giver)
		if err != nil {
			return err
		}
		rows = slices.DeleteFunc(rows, func(r representedRow) bool { return seen[r] })
		if len(rows) == 0 {
			return nil
		}
		for _, r := range rows {
			seen[r] = true
			err := s.d.DB.Write(ctx, func(tx *store.Tx) error { return s.endByMandate(ctx, tx, by, r, e.Taker, rule) })
			if err != nil {
				return err
			}
		}
		// Again: while one of them was awaited, its file may have been sent on, with
		// the lawyer, to a case that was not there before.
	}
}

func (s *Service) endByMandate(ctx context.Context, tx *store.Tx, by policy.Actor, r representedRow, lawyer, rule string) error {
	c, err := readCase(ctx, tx, r.Case)
	if err != nil {
		return err
	}
	p, _ := c.party(r.Party)
	for _, l := range c.Lawyers {
		if l.Party != r.Party || l.Lawyer != lawyer {
			continue
		}
		gone, err := s.d.Mandate.DismissedTx(ctx, tx, p.Person, lawyer, c.ID, c.First, l.From) // a new contract may hold
		if err != nil || !gone {
			return err
		}
		n, err := tx.ExecN(ctx, sqlEndLawyer, store.At(tx.Now()), c.ID, p.ID, lawyer)
		if err != nil || n == 0 { // heard twice
			return err
		}
		return s.lawyerEnded(ctx, tx, by, c, p, l, rule)
	}
	return nil
}
