// SPDX-License-Identifier: Apache-2.0

package desk

import (
	"context"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	subscriber = "desk"
	jobCatchUp = "desk.catch_up"

	// catchUp is how many notices of before the rules one job sends to their desks.
	catchUp = 100
)

type catchUpJob struct {
	Body   string `json:"body"`
	Cursor string `json:"cursor"`
}

// Jobs registers what the package hears and does later.
func (s *Service) Jobs() {
	jobs.Handle(s.d.Jobs, jobCatchUp, s.catchUp)
	s.keeper.Jobs()
	jobs.Subscribe(s.d.Jobs, subscriber, func(ctx context.Context, e notice.AtBody) error { return s.route(ctx, e.Owner, e.Notice) })
	jobs.Subscribe(s.d.Jobs, subscriber, s.onViewed)
	jobs.Subscribe(s.d.Jobs, subscriber, s.onDeemed)
}

// route writes to which desk a notice of a body goes, once: a second run finds it
// written. It has arrived long before.
func (s *Service) route(ctx context.Context, owner, noticeID string) (err error) {
	defer errs.Wrap(&err, "desk.Route")
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		n, err := s.d.Notice.Of(ctx, tx, owner, noticeID)
		if err != nil || n.Way != notice.WayElectronic {
			return err
		}
		units, err := s.d.Body.Units(ctx, tx, owner)
		if err != nil {
			return err
		}
		rules, err := s.newest(ctx, tx, owner)
		if err != nil {
			return err
		}
		i := Item{Body: owner, Notice: n.ID, Kind: n.Kind, Case: n.Case, CaseNumber: n.CaseNumber, Court: n.Unit, Province: n.Province, Rules: rules.Version, Arrived: n.Arrived}
		i.Unit, i.Rule = rules.unit(i, units.Stands)
		fresh, err := tx.ExecN(ctx, sqlAddItem, i.Body, i.Notice, i.Unit, i.Kind, i.Case, i.CaseNumber, i.Court, i.Province, i.Rules, i.Rule,
			store.At(n.Arrived), store.At(n.Viewed), store.At(tx.Now()))
		if err != nil || fresh == 0 {
			return err
		}
		if err := s.stepTx(ctx, tx, policy.Actor{Role: policy.System}, i, stepRouted, i.Unit, ""); err != nil {
			return err
		}
		return s.tellTx(ctx, tx, i, eventArrived, n.Arrived)
	})
}

// newest is the rules that hold.
func (s *Service) newest(ctx context.Context, q store.Querier, owner string) (Rules, error) {
	r, found, err := store.Find[rulesRow](ctx, q, sqlRules, owner, 1)
	if err != nil || !found {
		return Rules{}, err
	}
	return r.rules()
}

// catchUp sends what has arrived before a body had rules through them, a part in each
// job.
func (s *Service) catchUp(ctx context.Context, j catchUpJob) (err error) {
	defer errs.Wrap(&err, "desk.catchUp")
	page, err := s.d.Notice.Inbox(ctx, policy.Actor{Person: j.Body, Role: policy.System}, notice.FilterAll, notice.Page{Cursor: j.Cursor, Size: catchUp})
	if err != nil {
		return err
	}
	for _, n := range page.Notices {
		if err := s.route(ctx, j.Body, n.ID); err != nil {
			return err
		}
	}
	if page.Next == "" {
		return nil
	}
	return s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		return s.d.Jobs.EnqueueTx(ctx, tx, jobCatchUp, catchUpJob{Body: j.Body, Cursor: page.Next})
	})
}

// onViewed notes that a notice was opened, by whom, and whether that counts.
func (s *Service) onViewed(ctx context.Context, e notice.Viewed) error {
	return s.heard(ctx, e.Owner, e.Notice, func(tx *store.Tx, i Item) error {
		n, err := s.d.Notice.Of(ctx, tx, e.Owner, e.Notice)
		if err != nil {
			return err
		}
		if n.Opened() {
			if err := tx.Exec(ctx, sqlOpened, i.Body, i.Notice, store.At(n.Viewed)); err != nil {
				return err
			}
		}
		by := e.By
		if by == i.Body { // a program
			by = ""
		}
		fresh, err := tx.ExecN(ctx, sqlAddStep, i.Body, i.Notice, e.Evidence, stepOpened, i.Unit, by, store.At(e.At), e.Evidence)
		if err != nil || fresh == 0 {
			return err
		}
		return s.tellTx(ctx, tx, i, eventViewed, e.At)
	})
}

func (s *Service) onDeemed(ctx context.Context, e notice.Deemed) error {
	return s.heard(ctx, e.Owner, e.Notice, func(tx *store.Tx, i Item) error {
		n, err := tx.ExecN(ctx, sqlDeemed, i.Body, i.Notice, store.At(e.At))
		if err != nil || n == 0 {
			return err
		}
		return s.tellTx(ctx, tx, i, eventDeemed, e.At)
	})
}

// heard does something about a notice that is at a desk. What was opened before it was
// sent to one is read there.
func (s *Service) heard(ctx context.Context, owner, noticeID string, fn func(tx *store.Tx, i Item) error) error {
	_, found, err := store.Find[itemRow](ctx, s.d.DB, sqlItem, owner, noticeID)
	if err != nil || !found { // nearly always: the notice of a person
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		r, found, err := store.Find[itemRow](ctx, tx, sqlItem, owner, noticeID)
		if err != nil || !found {
			return err
		}
		return fn(tx, r.item())
	})
}
