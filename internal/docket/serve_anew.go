// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"cmp"
	"context"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// ServeAnewTx serves a notice of a case again, with the same paper and the same
// term, because its service was set aside or it is to go another way: on whoever
// is to be served now, in an account if there is one; with onPaper on the party itself
// on paper, because a judge has ordered that. The old one is replaced by
// it, so that there are never two to choose from; of work on paper that has ended
// meanwhile it is errs.Conflict (notice.paper_closed). Run again with the same
// key it answers with the first one. Errors as of IssueNoticeTx.
func (s *Service) ServeAnewTx(ctx context.Context, tx *store.Tx, a policy.Actor, caseID, noticeID, reason, key string, onPaper bool) (_ notice.Issued, err error) {
	defer errs.Wrap(&err, "docket.ServeAnewTx")
	if first, found, err := s.d.Notice.IssuedTx(ctx, tx, key); err != nil || found {
		return first, err
	}
	row, err := store.One[noticeRow](ctx, tx, sqlNoticeOf, caseID, noticeID)
	if err != nil {
		return notice.Issued{}, err
	}
	old, err := s.d.Notice.PaperOf(ctx, tx, cmp.Or(row.Owner, caseID), noticeID)
	if err != nil {
		return notice.Issued{}, err
	}
	out, err := s.IssueNoticeTx(ctx, tx, a, NewNotice{
		Case: caseID, Party: row.Party, Kind: old.Kind, Title: Text(old.Title), Document: old.Document, Paper: Text(old.Paper),
		Rule: old.Rule, Days: old.Days, Key: key, OnPaper: onPaper,
	})
	if err != nil {
		return notice.Issued{}, err
	}
	if old.Way == notice.WayPaper && !s.d.Notice.Effect(old).Void {
		done, err := s.d.Notice.WithdrawPaperTx(ctx, tx, a, old.Owner, old.ID, reason, out.ID)
		if err == nil && !done {
			err = errs.New(errs.Conflict, "notice.paper_closed")
		}
		return out, err
	}
	return out, s.d.Notice.ReplaceTx(ctx, tx, a, old.Owner, old.ID, reason, out.ID)
}

// kindAnew is the job that serves in an account what waits for an officer, when
// its addressee has one by now.
const kindAnew = "docket.serve_anew"

const sqlOnPaper = `SELECT case_id, notice, party, kind, title_fa, title_en, owner, issued_us, ordered_paper
	FROM docket_notice WHERE case_id = $1 AND party = $2 AND owner = '' ORDER BY issued_us, notice`

// onAccountGiven takes back what was to be served on paper on somebody who has an
// account now, and serves it there: never both. What an officer has served stays
// served; who of the two is first decides.
func (s *Service) onAccountGiven(ctx context.Context, l lookAgain) error {
	rows, err := store.All[noticeRow](ctx, s.d.DB, sqlOnPaper, l.Case, l.Party)
	if err != nil {
		return err
	}
	system := policy.Actor{Role: policy.System}
	for _, r := range rows {
		if r.Ordered {
			continue
		}
		n, err := s.d.Notice.Of(ctx, s.d.DB, l.Case, r.Notice)
		if err != nil {
			return err
		}
		if e := s.d.Notice.Effect(n); e.Void || !e.Served.IsZero() {
			continue
		}
		err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
			_, err := s.ServeAnewTx(ctx, tx, system, l.Case, r.Notice, notice.ReasonHasAccount, "anew-"+r.Notice, false)
			return err
		})
		if err != nil && !errs.Is(err, errs.Conflict) {
			return err
		}
	}
	return nil
}
