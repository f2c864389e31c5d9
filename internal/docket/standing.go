// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// StandsTx makes sure, in the transaction of an act on a case, that a person
// still stands in it: a party who sees it, or a lawyer on record, who stays one
// until the transaction ends. errs.Forbidden, code docket.off_record.
func (s *Service) StandsTx(ctx context.Context, tx *store.Tx, caseID, person string) (err error) {
	defer errs.Wrap(&err, "docket.StandsTx")
	_, party, err := store.Find[partyRow](ctx, tx, sqlPartyOf, caseID, person)
	if err != nil || party {
		return err
	}
	c, err := readCase(ctx, tx, caseID)
	if err != nil {
		return err
	}
	return s.onRecordTx(ctx, tx, c, person, "")
}

// StandsForTx is StandsTx for one party of the case: the person is that party, or
// its lawyer on record.
func (s *Service) StandsForTx(ctx context.Context, tx *store.Tx, caseID, party, person string) (err error) {
	defer errs.Wrap(&err, "docket.StandsForTx")
	c, err := readCase(ctx, tx, caseID)
	if err != nil {
		return err
	}
	if p, ok := c.party(party); ok && person != "" && p.Person == person && !p.Joined.IsZero() {
		return nil
	}
	return s.onRecordTx(ctx, tx, c, person, party)
}

// onRecordTx makes sure that a person is a lawyer on record, of one party if that
// is named.
func (s *Service) onRecordTx(ctx context.Context, tx *store.Tx, c Case, person, party string) error {
	for _, l := range c.Lawyers {
		if l.Lawyer != person || party != "" && l.Party != party {
			continue
		}
		if acts, err := s.actsTx(ctx, tx, c, l); err != nil {
			return err
		} else if !acts {
			continue
		}
		n, err := tx.ExecN(ctx, sqlHoldLawyer, c.ID, l.Party, person)
		if err != nil || n > 0 {
			return err
		}
	}
	return errs.New(errs.Forbidden, "docket.off_record")
}
