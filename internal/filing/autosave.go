// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"
	"encoding/json"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Keep saves the answers of a page of a draft as they are, right or wrong, while
// somebody is still typing: nothing is asked of other systems, nobody is told
// of faults. If the draft has other answers by now than the tab has seen, nothing
// is overwritten, also not what the tab itself has sent meanwhile (this may be
// the older of the two), and the answer is errs.Conflict filing.stale_tab. It
// returns what the tab has seen from now on.
func (s *Service) Keep(ctx context.Context, a policy.Actor, filing, page string, answers catalogue.Answers, tab Tab) (now string, err error) {
	defer errs.Wrap(&err, "filing.Keep")
	f, d, err := s.Get(ctx, a, filing)
	if err != nil {
		return "", err
	}
	if err := s.may(a, "filing.edit", f, 0); err != nil {
		return "", err
	}
	pg, ok := d.Page(page)
	if !ok {
		return "", errs.New(errs.NotFound, "filing.not_found")
	}
	if f.Status != Draft && f.Status != Halted {
		return "", errs.New(errs.Conflict, "filing.not_a_draft")
	}
	answers = f.mendedAnswers(d, pg, answers)
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.actsTx(ctx, tx, a, policy.Prepare, f); err != nil {
			return err
		}
		r, err := store.One[row](ctx, tx, lockFiling, f.Owner, f.ID)
		if err != nil {
			return err
		}
		kept, err := r.filing()
		if err != nil {
			return err
		}
		if kept.Status != f.Status {
			return errs.New(errs.Conflict, "filing.not_a_draft")
		}
		if printOf(pg, kept.Answers) != tab.Seen {
			return errStale()
		}
		merged := merge(d, kept.Answers, pg, answers)
		if err := tab.overTx(ctx, tx, kept, pg, merged); err != nil {
			return err
		}
		now = printOf(pg, merged)
		text, err := json.Marshal(merged)
		if err != nil {
			return err
		}
		if len(text) > maxAnswers {
			return errs.New(errs.TooLarge, "filing.answers_too_long")
		}
		return tx.ExecOne(ctx, updateAnswers, f.Owner, f.ID, string(text), r.Names, touch(tx.Now()))
	})
	return now, err
}
