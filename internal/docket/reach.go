// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"cmp"
	"context"
	"slices"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Reached is how far the papers of a case have come to one party: what was tried,
// in order, and whether the party really has any of it.
type Reached struct {
	Party   Party
	Best    string           // notice.ReachActual, ReachLegal or ReachNever
	Notices []ReachedByPaper // the first one first
}

// ReachedByPaper is one notice to a party and what came of it.
type ReachedByPaper struct {
	Notice notice.Notice
	Effect notice.Effect
	Alerts []notice.Alert // messages about it, which have no effect
}

// reachOrder is from the worst to the best.
var reachOrder = []string{notice.ReachNever, notice.ReachLegal, notice.ReachActual}

// calls are the kinds of notices by which somebody learns that there is a case
// against them: whoever has one of them in fact is judged in presence (CPC 303,
// mem), whoever has not is judged in default.
var calls = []string{notice.KindClaimCopy, notice.KindHearing}

// Reach tells the staff of the court how far the papers of a case have come to
// each party of the side that did not open it. That is what a judge has to know
// before deciding in somebody's absence. The reading is recorded. What the actor
// may not see is errs.NotFound; a party is errs.Forbidden.
func (s *Service) Reach(ctx context.Context, a policy.Actor, caseID string) (_ []Reached, c Case, err error) {
	defer errs.Wrap(&err, "docket.Reach")
	if c, err = s.visible(ctx, a, caseID); err != nil {
		return nil, Case{}, err
	}
	if !staff(a) {
		return nil, Case{}, errs.New(errs.Forbidden, "")
	}
	out, err := s.reach(ctx, c)
	if err != nil {
		return nil, Case{}, err
	}
	return out, c, s.record(ctx, a, c, "reach")
}

func (s *Service) reach(ctx context.Context, c Case) ([]Reached, error) {
	rows, err := store.All[noticeRow](ctx, s.d.DB, sqlNotices, c.ID)
	if err != nil {
		return nil, err
	}
	var out []Reached
	for _, p := range c.Parties {
		if p.Side != Defendant {
			continue
		}
		r := Reached{Party: p, Best: notice.ReachNever}
		for _, row := range rows {
			if row.Party != p.ID || !slices.Contains(calls, row.Kind) {
				continue
			}
			n, err := s.d.Notice.Of(ctx, s.d.DB, cmp.Or(row.Owner, c.ID), row.Notice)
			if err != nil {
				return nil, err
			}
			one := ReachedByPaper{Notice: n, Effect: s.d.Notice.Effect(n)}
			if one.Alerts, err = s.d.Notice.AlertsAbout(ctx, n); err != nil {
				return nil, err
			}
			if reach := one.Effect.Reach(); slices.Index(reachOrder, reach) > slices.Index(reachOrder, r.Best) {
				r.Best = reach
			}
			r.Notices = append(r.Notices, one)
		}
		out = append(out, r)
	}
	return out, nil
}
