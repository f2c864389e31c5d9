// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"
	"encoding/json"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/blob"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// printOf is the fingerprint of a page's answers: what a tab has seen.
func printOf(pg catalogue.PageDef, answers catalogue.Answers) string {
	page := map[string]any{}
	for _, q := range pg.Fields {
		if v, there := answers[q.Name]; there {
			page[q.Name] = v
		}
	}
	b, err := json.Marshal(page)
	if err != nil {
		return "" // answers are strings, numbers and booleans
	}
	return blob.Sum(b)[:16]
}

// Keep saves the answers of a page of a draft as they are, right or wrong, while
// somebody is still typing: nothing is asked of other systems, nobody is told
// of faults. seen is what the tab has seen of the page; if the draft has other
// answers by now nothing is overwritten and the answer is errs.Conflict
// filing.stale_tab. It returns what the tab has seen from now on.
func (s *Service) Keep(ctx context.Context, a policy.Actor, filing, page string, answers catalogue.Answers, seen string) (now string, err error) {
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
		if printOf(pg, kept.Answers) != seen {
			return errs.New(errs.Conflict, "filing.stale_tab")
		}
		merged := merge(d, kept.Answers, pg, answers)
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
