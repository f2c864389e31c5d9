// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// sqlReplace can happen once.
const sqlReplace = `UPDATE notice_notice SET replaced_by = $3 WHERE owner = $1 AND id = $2 AND replaced_by = ''`

// withdrawn is what stands in replaced_by of a notice that nothing replaces.
const withdrawn = "-"

// ReplaceTx says that a notice is no longer to be heeded, because it was wrong or
// is served anew: by is the notice that takes its place, or "". It stays where it
// is, readable, with everything that happened to it, and serves nothing any more.
// An open work item for paper is closed. A notice that was replaced before is
// errs.Conflict (notice.replaced).
func (s *Service) ReplaceTx(ctx context.Context, tx *store.Tx, by policy.Actor, owner, id, reason, replacement string) (err error) {
	defer errs.Wrap(&err, "notice.ReplaceTx")
	n, err := s.readTx(ctx, tx, owner, id)
	if err != nil {
		return err
	}
	closed, err := s.closeTaskTx(ctx, tx, n)
	if err != nil {
		return err
	}
	if closed {
		if err := s.d.Jobs.PublishTx(ctx, tx, PaperWithdrawn{Notice: n.ID, Unit: n.Unit, Case: n.Case, Reason: reason, At: tx.Now()}); err != nil {
			return err
		}
	}
	return s.replaceTx(ctx, tx, by, n, reason, replacement)
}

func (s *Service) replaceTx(ctx context.Context, tx *store.Tx, by policy.Actor, n Notice, reason, replacement string) error {
	to := replacement
	if to == "" {
		to = withdrawn
	}
	changed, err := tx.ExecN(ctx, sqlReplace, n.Owner, n.ID, to)
	if err != nil {
		return err
	}
	if changed == 0 {
		return errs.New(errs.Conflict, "notice.replaced")
	}
	_, f, err := s.addFactTx(ctx, tx, n, by, Fact{Kind: FactReplaced, Code: reason, Other: replacement}, nil)
	if err != nil {
		return err
	}
	return s.d.Jobs.PublishTx(ctx, tx, Replaced{
		Notice: n.ID, Owner: n.Owner, Case: n.Case, Title: n.Title, By: replacement, Reason: reason, At: f.At, Evidence: f.Evidence,
	})
}
