// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// ReasonReplaced is why a term runs no more whose paper was served again on
// somebody who can act, because the lawyer on whom it was served has left.
const ReasonReplaced = "service.replaced"

// Replaced is a notice that was served on a lawyer who has left, and the one that
// takes its place.
type Replaced struct {
	Case, Party string // ids
	Notice, By  string // the earlier notice and the later one
	Lawyer      string // his account
	Name        string // and name
}

// ServedOn is the account that a notice of a case went to: the party's or a
// lawyer's; "" on paper. It is for the modules above.
func (s *Service) ServedOn(ctx context.Context, q store.Querier, caseID, noticeID string) (_ string, err error) {
	defer errs.Wrap(&err, "docket.ServedOn")
	r, err := store.One[noticeRow](ctx, q, sqlNoticeOf, caseID, noticeID)
	return r.Owner, err
}

// ReplaceTx ends the term that runs from the service of a notice on a lawyer who has
// left, in the transaction in which the paper is served again: of two terms for one
// act nobody would know which holds. What was computed stays, marked. A term that is
// not computed yet never is.
func (s *Service) ReplaceTx(ctx context.Context, tx *store.Tx, r Replaced) (err error) {
	defer errs.Wrap(&err, "docket.ReplaceTx")
	c, err := readCase(ctx, tx, r.Case)
	if err != nil {
		return err
	}
	p, ok := c.party(r.Party)
	if !ok {
		return errs.New(errs.NotFound, "")
	}
	row, had, err := store.Find[deadlineRow](ctx, tx, sqlDeadlineOfNotice, c.ID, r.Notice)
	if err != nil {
		return err
	}
	evidence, err := s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: "docket.notice_replaced", Owner: c.ID, Subject: r.Notice, Role: string(policy.System), Previous: row.Evidence,
		Members: map[string]string{"case": c.Number, "party": p.ID, "lawyer": r.Lawyer, "notice": r.Notice, "by": r.By, "deadline": row.ID},
	})
	if err != nil {
		return err
	}
	if err := tx.Exec(ctx, sqlKeepDecision, c.ID, r.Notice, store.Time{}, true, ReasonReplaced, evidence, store.At(tx.Now())); err != nil {
		return err
	}
	if had {
		if err := tx.Exec(ctx, sqlStop, store.At(tx.Now()), c.ID, row.ID); err != nil {
			return err
		}
	}
	for _, person := range append([]string{p.Person, r.Lawyer}, c.lawyers(p.Side)...) {
		if err := tx.Exec(ctx, sqlDropTerm, person, c.ID, r.Notice); err != nil {
			return err
		}
	}
	return s.AddEntryTx(ctx, tx, Entry{
		Case: c.ID, Kind: "docket.notice_replaced", Sides: []string{p.Side}, By: policy.Actor{Role: policy.System}, Subject: r.Notice, Evidence: evidence,
		Members: map[string]string{"title_fa": row.TitleFA, "title_en": row.TitleEN, "lawyer": r.Name, "name": p.Name},
	})
}
