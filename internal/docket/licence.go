// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// The cases in which somebody is a lawyer on record, by the list of his cases.
const sqlOnRecordIn = `SELECT l.case_id, l.party FROM docket_of_person o JOIN docket_lawyer l ON l.case_id = o.case_id AND l.lawyer = o.person
	WHERE o.person = $1 AND l.until_us = 0 ORDER BY l.case_id, l.party`

// onLicenceOver takes a lawyer whose licence was revoked off the record. One whose
// licence is suspended stays on it, and nothing is served on him meanwhile.
func (s *Service) onLicenceOver(ctx context.Context, e identity.LicenceOver) error {
	return s.cannotAct(ctx, e.Person)
}

// onStatus does the same for a lawyer who has died or whose account is closed.
func (s *Service) onStatus(ctx context.Context, e identity.StatusChanged) error {
	if e.To == identity.Active || e.To == identity.Merged {
		return nil
	}
	return s.cannotAct(ctx, e.Person)
}

// cannotAct tells the cases of a lawyer that he may not act, if that is still so. The
// proceedings go on without him (CPC 40 [mem]).
func (s *Service) cannotAct(ctx context.Context, lawyer string) error {
	rows, err := store.All[representedRow](ctx, s.d.DB, sqlOnRecordIn, lawyer)
	for _, r := range rows {
		if err := s.d.DB.Write(ctx, func(tx *store.Tx) error { return s.cannotActTx(ctx, tx, r, lawyer) }); err != nil {
			return err
		}
	}
	return err
}

func (s *Service) cannotActTx(ctx context.Context, tx *store.Tx, r representedRow, lawyer string) error {
	practises, forGood, err := s.d.Identity.PractisesTx(ctx, tx, lawyer)
	if err != nil || practises {
		return err
	}
	c, err := readCase(ctx, tx, r.Case)
	if err != nil {
		return err
	}
	p, _ := c.party(r.Party)
	for _, l := range c.lawyersOf(r.Party) {
		if l.Lawyer != lawyer {
			continue
		}
		if !forGood {
			return s.leftTx(ctx, tx, c, l)
		}
		n, err := tx.ExecN(ctx, sqlEndLawyer, store.At(tx.Now()), c.ID, p.ID, lawyer)
		if err != nil || n == 0 { // heard twice
			return err
		}
		return s.lawyerEnded(ctx, tx, policy.Actor{Role: policy.System}, c, p, l, "cpc-40")
	}
	return nil
}

// actsTx tells whether a lawyer on record still acts for his party: his contract
// holds, as far as it was made here, and so does his licence.
func (s *Service) actsTx(ctx context.Context, tx *store.Tx, c Case, l Representation) (bool, error) {
	if p, ok := c.party(l.Party); ok && p.Person != "" {
		gone, err := s.d.Mandate.DismissedTx(ctx, tx, p.Person, l.Lawyer, c.ID, c.First, l.From)
		if err != nil || gone { // onMandateEnded is about to write that down
			return false, err
		}
	}
	practises, _, err := s.d.Identity.PractisesTx(ctx, tx, l.Lawyer)
	return practises, err
}
