// SPDX-License-Identifier: Apache-2.0

package bailiff

import (
	"context"
	"errors"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// facts are what notice is told of each class.
var facts = map[string]string{Actual: notice.FactPaperActual, Legal: notice.FactPaperLegal, Failed: notice.FactPaperFailed}

// tellNotice hands the fact of an attempt that counted to the notice. Its open work
// item is the lock between service and withdrawal: errs.Conflict, see closed.
func (s *Service) tellNotice(ctx context.Context, tx *store.Tx, by policy.Actor, t Task, a Attempt) error {
	_, err := s.d.Notice.PaperOutcomeTx(ctx, tx, by, notice.PaperOutcome{
		Owner: t.Case, Notice: t.ID, Fact: facts[a.Class], Code: a.Code, At: a.At, Attempt: a.ID,
	})
	return err
}

// tellPublished tells the notice that its call is out.
func (s *Service) tellPublished(ctx context.Context, tx *store.Tx, by policy.Actor, t Task) error {
	_, err := s.d.Notice.PaperOutcomeTx(ctx, tx, by, notice.PaperOutcome{
		Owner: t.Case, Notice: t.ID, Fact: notice.FactPublished, Code: "system", At: tx.Now(), Attempt: t.ID,
	})
	return err
}

// closed tells whether the notice does not go on paper any more.
func closed(err error) bool {
	e, ok := errors.AsType[*errs.Error](err)
	return ok && e.Kind == errs.Conflict && e.Code == "notice.paper_closed"
}

// onWithdrawn hears that a notice was delivered in another way. What was served
// before that stays served.
func (s *Service) onWithdrawn(ctx context.Context, e notice.PaperWithdrawn) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error { return s.withdrawTx(ctx, tx, e.Unit, e.Notice) })
}

const sqlWithdrawCall = `UPDATE bailiff_publication SET state = 'withdrawn' WHERE unit = $1 AND id = $2 AND state = 'asked'`

func (s *Service) withdrawTx(ctx context.Context, tx *store.Tx, unit, id string) error {
	if err := tx.Exec(ctx, sqlWithdraw, unit, id, store.At(tx.Now())); err != nil {
		return err
	}
	return tx.Exec(ctx, sqlWithdrawCall, unit, id)
}
