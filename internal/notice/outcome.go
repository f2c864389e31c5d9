// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// PaperOutcome is what came of trying to serve a notice on paper, or of
// publishing it.
type PaperOutcome struct {
	Owner  string // whose rows they are (NoAccount.Owner)
	Notice string // id
	// Fact is FactPaperActual, FactPaperLegal, FactPaperFailed or FactPublished.
	Fact    string
	Code    string    // how, or why not; from the table of whoever serves
	At      time.Time // when it happened
	Attempt string    // id of the attempt, or of the publication
	Members map[string]string
}

// Reasons why work on paper ends without service.
const (
	ReasonServed      = "served"
	ReasonHasAccount  = "has_account" // the addressee has an account by now
	ReasonReplaced    = "replaced"
	ReasonNotServable = "not_servable" // nobody may be served in the account any more
)

const (
	sqlTasksOf   = `SELECT unit, id FROM notice_paper_task WHERE unit = $1 AND owner = $2 AND notice = $3 AND closed_us = 0`
	sqlCloseTask = `UPDATE notice_paper_task SET closed_us = $3 WHERE unit = $1 AND id = $2 AND closed_us = 0`
)

// PaperOutcomeTx notes what came of an attempt on paper, in the caller's
// transaction, with its evidence. Service closes the work item, and that is the
// lock: of an officer who serves and a court that takes the paper back at the same
// time, one is refused with errs.Conflict (notice.paper_closed). A failed
// attempt leaves it open, and is noted even if it is closed: it did happen.
func (s *Service) PaperOutcomeTx(ctx context.Context, tx *store.Tx, by policy.Actor, o PaperOutcome) (_ Fact, err error) {
	defer errs.Wrap(&err, "notice.PaperOutcomeTx")
	n, err := s.readTx(ctx, tx, o.Owner, o.Notice)
	if err != nil {
		return Fact{}, err
	}
	serves := o.Fact == FactPaperActual || o.Fact == FactPaperLegal || o.Fact == FactPublished
	if !serves && o.Fact != FactPaperFailed {
		return Fact{}, errs.New(errs.Invalid, "notice.wrong.kind")
	}
	if serves {
		closed, err := s.closeTaskTx(ctx, tx, n)
		if err != nil {
			return Fact{}, err
		}
		if !closed {
			return Fact{}, errs.New(errs.Conflict, "notice.paper_closed")
		}
	}
	n, f, err := s.addFactTx(ctx, tx, n, by, Fact{Kind: o.Fact, Code: o.Code, At: o.At, Other: o.Attempt}, o.Members)
	if err != nil || !serves {
		return f, err
	}
	e := s.effects.Of(n)
	return f, s.d.Jobs.PublishTx(ctx, tx, ServedOnPaper{
		Notice: n.ID, Number: n.Number, Owner: n.Owner, Case: n.Case, Kind: n.Kind, Title: n.Title, Fact: f.Kind, Code: f.Code,
		Rule: n.Rule, Days: n.Days, Abroad: n.Abroad, Province: n.Province, Runs: e.RunsFrom().Equal(f.At), Reading: e.Reading.Name(),
		Evidence: f.Evidence, At: f.At,
	})
}

// closeTaskTx closes the work item of a notice and tells whether this call did.
func (s *Service) closeTaskTx(ctx context.Context, tx *store.Tx, n Notice) (bool, error) {
	type row struct {
		Unit string `db:"unit"`
		ID   string `db:"id"`
	}
	rows, err := store.All[row](ctx, tx, sqlTasksOf, n.Unit, n.Owner, n.ID)
	closed := false
	for _, r := range rows {
		var done int64
		if done, err = tx.ExecN(ctx, sqlCloseTask, r.Unit, r.ID, store.At(tx.Now())); err != nil {
			return false, err
		}
		closed = closed || done == 1
	}
	return closed, err
}

// WithdrawPaperTx takes service on paper back, because its addressee has an
// account by now or for another reason: the work item is closed and the notice
// replaced. It tells whether it could: once an officer has served it stays
// served. The caller issues what takes its place (by), in the same transaction.
func (s *Service) WithdrawPaperTx(ctx context.Context, tx *store.Tx, by policy.Actor, owner, id, reason, replacement string) (done bool, err error) {
	defer errs.Wrap(&err, "notice.WithdrawPaperTx")
	n, err := s.readTx(ctx, tx, owner, id)
	if err != nil {
		return false, err
	}
	if done, err = s.closeTaskTx(ctx, tx, n); err != nil || !done {
		return false, err
	}
	if err := s.d.Jobs.PublishTx(ctx, tx, PaperWithdrawn{Notice: n.ID, Unit: n.Unit, Case: n.Case, Reason: reason, At: tx.Now()}); err != nil {
		return false, err
	}
	return true, s.replaceTx(ctx, tx, by, n, reason, replacement)
}
