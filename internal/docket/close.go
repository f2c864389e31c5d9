// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"cmp"
	"context"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	sqlClose  = `UPDATE docket_case SET state = 'closed', closed_us = $1, version = version + 1 WHERE id = $2 AND state <> 'closed'`
	sqlReopen = `UPDATE docket_case SET state = $1, closed_us = 0, version = version + 1 WHERE id = $2 AND state = 'closed'`
)

// CloseTx closes a case in the caller's transaction: evidence, an entry for
// both sides, and the load of its branch falls by one. reason is a locale key
// whose words stand in the entry. Errors: errs.NotFound, errs.Forbidden,
// errs.Conflict (docket.closed_already).
func (s *Service) CloseTx(ctx context.Context, tx *store.Tx, a policy.Actor, caseID, reason string) (err error) {
	defer errs.Wrap(&err, "docket.CloseTx")
	c, err := s.mayClose(ctx, tx, a, caseID)
	if err != nil {
		return err
	}
	n, err := tx.ExecN(ctx, sqlClose, store.At(tx.Now()), c.ID)
	if err == nil && n == 0 {
		err = errs.New(errs.Conflict, "docket.closed_already")
	}
	if err != nil {
		return err
	}
	return s.turned(ctx, tx, a, c, "docket.closed", reason, -1)
}

// ReopenTx opens a closed case again: it goes on where it was. Errors as those
// of CloseTx; errs.Conflict (docket.not_closed) if the case is open.
func (s *Service) ReopenTx(ctx context.Context, tx *store.Tx, a policy.Actor, caseID, reason string) (err error) {
	defer errs.Wrap(&err, "docket.ReopenTx")
	c, err := s.mayClose(ctx, tx, a, caseID)
	if err != nil {
		return err
	}
	state := StateProposed
	if c.Branch != "" || c.Kind == DeclarationCase {
		state = StateReferred
	}
	n, err := tx.ExecN(ctx, sqlReopen, state, c.ID)
	if err == nil && n == 0 {
		err = errs.New(errs.Conflict, "docket.not_closed")
	}
	if err != nil {
		return err
	}
	return s.turned(ctx, tx, a, c, "docket.reopened", reason, 1)
}

func (s *Service) mayClose(ctx context.Context, tx *store.Tx, a policy.Actor, caseID string) (Case, error) {
	c, err := readCase(ctx, tx, caseID)
	if err != nil {
		return Case{}, err
	}
	return c, s.d.Policy.Check(a, "docket.close", caseResource(c))
}

// turned writes what follows when a case is closed or opened again.
func (s *Service) turned(ctx context.Context, tx *store.Tx, a policy.Actor, c Case, event, reason string, load int) error {
	if branch := cmp.Or(c.Branch, c.Proposed); branch != "" {
		if err := tx.ExecOne(ctx, sqlLoad, load, c.Unit, branch); err != nil {
			return err
		}
	}
	act := id.New()
	evidence, err := s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: event, Owner: c.ID, Subject: act, Actor: a.Person, Role: string(a.Role), Capacity: a.Capacity, OnBehalf: a.For,
		Members: map[string]string{"case": c.Number, "reason": reason},
	})
	if err != nil {
		return err
	}
	return s.AddEntryTx(ctx, tx, Entry{
		Case: c.ID, Kind: event, Sides: []string{Plaintiff, Defendant}, By: a, Subject: act, Evidence: evidence,
		Members: map[string]string{"reason_key": reason},
	})
}
