// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"
	"encoding/json"
	"maps"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Save keeps the answers of one page of a draft and returns what is wrong with
// them. Answers of other pages stay, also those that another tab is saving at
// the same moment.
func (s *Service) Save(ctx context.Context, a policy.Actor, filing, page string, answers catalogue.Answers) (wrong []errs.Field, err error) {
	return s.SaveFrom(ctx, a, filing, page, answers, Tab{})
}

// SaveFrom is Save by a tab. If the draft has other answers on this page by now
// than the tab has seen, nothing is kept, and the answer is errs.Conflict
// filing.stale_tab.
func (s *Service) SaveFrom(ctx context.Context, a policy.Actor, filing, page string, answers catalogue.Answers, tab Tab) (wrong []errs.Field, err error) {
	defer errs.Wrap(&err, "filing.Save")
	f, def, err := s.Get(ctx, a, filing)
	if err != nil {
		return nil, err
	}
	if err := s.may(a, "filing.edit", f, 0); err != nil {
		return nil, err
	}
	if f.Status != Draft && f.Status != Halted {
		return nil, errs.New(errs.Conflict, "filing.not_a_draft")
	}
	pg, ok := def.Page(page)
	if !ok {
		return nil, errs.New(errs.NotFound, "filing.not_found")
	}
	answers = f.mendedAnswers(def, pg, answers)
	f.Answers = merge(def, f.Answers, pg, answers)
	self, err := s.notOneself(ctx, f, pg)
	if err != nil {
		return nil, err
	}
	if len(self) > 0 {
		answers = maps.Clone(answers)
		for _, w := range self {
			delete(answers, w.Name)
		}
		f.Answers = merge(def, f.Answers, pg, answers)
	} else if err := s.askNames(ctx, a, &f, pg); err != nil {
		return nil, err
	}
	for _, n := range namesOn(pg) {
		if f.Names[n.prefix].Check == NameConfirmed {
			answers = maps.Clone(answers)
			answers[n.first], answers[n.last] = f.Answers[n.first], f.Answers[n.last]
		}
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.actsTx(ctx, tx, a, policy.Prepare, f); err != nil {
			return err
		}
		return s.saveTx(ctx, tx, f, def, pg, answers, tab)
	})
	if errs.Is(err, errs.Conflict) && !stale(err) { // another tab froze or discarded it
		err = errs.New(errs.Conflict, "filing.not_a_draft").Because(err)
	}
	if len(self) > 0 {
		return self, err
	}
	return faults(f, def, page), err
}

// saveTx lays a page over what the draft has now: another tab may be saving
// another page.
func (s *Service) saveTx(ctx context.Context, tx *store.Tx, f Filing, def *catalogue.Definition, pg catalogue.PageDef, answers catalogue.Answers, tab Tab) error {
	now, err := lockTx(ctx, tx, f.Owner, f.ID)
	if err != nil {
		return err
	}
	merged := merge(def, now.Answers, pg, answers)
	if err := tab.overTx(ctx, tx, now, pg, merged); err != nil {
		return err
	}
	text, err := json.Marshal(merged)
	if err != nil {
		return err
	}
	if len(text) > maxAnswers {
		return errs.New(errs.TooLarge, "filing.answers_too_long")
	}
	for _, n := range namesOn(pg) {
		named, asked := f.Names[n.prefix]
		if !asked {
			delete(now.Names, n.prefix)
			continue
		}
		now.Names[n.prefix] = named
		if named.Check != NameUnanswered {
			continue
		}
		job := nameJob{Owner: f.Owner, Filing: f.ID, Prefix: n.prefix, Asked: named.Asked}
		if err := s.d.Jobs.EnqueueTx(ctx, tx, kindConfirmName, job, jobs.Unique(f.ID+":"+n.prefix+":"+named.Asked)); err != nil {
			return err
		}
	}
	names, err := json.Marshal(now.Names)
	if err != nil {
		return err
	}
	return tx.ExecOne(ctx, updateAnswers, f.Owner, f.ID, string(text), string(names), touch(tx.Now()))
}

// merge lays the answers of one page over those of a draft.
func merge(def *catalogue.Definition, draft catalogue.Answers, pg catalogue.PageDef, answers catalogue.Answers) catalogue.Answers {
	out := maps.Clone(draft)
	if out == nil {
		out = catalogue.Answers{}
	}
	for _, field := range pg.Fields {
		delete(out, field.Name)
		if v, given := answers[field.Name]; given {
			out[field.Name] = v
		}
	}
	return def.Prune(out)
}

// Discard gives a draft up and forgets its answers.
func (s *Service) Discard(ctx context.Context, a policy.Actor, filing string) (err error) {
	defer errs.Wrap(&err, "filing.Discard")
	f, _, err := s.Get(ctx, a, filing)
	if err != nil {
		return err
	}
	if err := s.may(a, "filing.edit", f, 0); err != nil {
		return err
	}
	if !f.Status.mayFollow(Discarded) || f.received() {
		return errs.New(errs.Conflict, "filing.not_a_draft")
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.actsTx(ctx, tx, a, policy.Prepare, f); err != nil {
			return err
		}
		if f.Payment != "" {
			if err := s.d.Payment.VoidTx(ctx, tx, f.Owner, f.Payment); err != nil {
				return err
			}
		}
		if err := tx.Exec(ctx, deleteAttached, f.Owner, f.ID); err != nil { // the sweep removes the bytes
			return err
		}
		return tx.ExecOne(ctx, updateDiscarded, f.Owner, f.ID, touch(tx.Now()))
	})
}
