// SPDX-License-Identifier: Apache-2.0

package merge

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/steward"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// whyLook is the ground of every look at somebody's account here; a locale key.
const whyLook = "merge.access.compare"

// shownMerges is how many past merges the list shows.
const shownMerges = 50

// Merge is what came of an approved proposal.
type Merge struct {
	ID, Gone, Into string
	At, Undone     time.Time // Undone zero: it stands
	UndoUntil      time.Time
	Moved          []Moved
}

// Stands tells that the two accounts are one.
func (m Merge) Stands() bool { return m.Undone.IsZero() }

// Moved is how many rows a module has brought over, or back.
type Moved struct {
	Module string
	Back   bool
	N      int
	At     time.Time
}

func (s *Service) merge(r mergeRow) Merge {
	return Merge{ID: r.ID, Gone: r.Gone, Into: r.Into, At: r.At.Time, Undone: r.Undone.Time, UndoUntil: r.At.AddDate(0, 0, s.d.UndoDays)}
}

// Side is one of two accounts, as whoever compares them sees it.
type Side struct {
	identity.Person
	Numbers    []identity.Identifier
	Proofs     []identity.Proof
	Capacities []identity.Capacity
	SignIn     time.Time // the last; zero: none
}

// Side reads an account on behalf of by, who must be entitled to see people, and
// records it.
func (s *Service) Side(ctx context.Context, by policy.Actor, person string) (_ Side, err error) {
	defer errs.Wrap(&err, "merge.Side")
	var out Side
	if out.Person, err = s.d.Identity.View(ctx, by, person, whyLook); err != nil {
		return Side{}, err
	}
	if out.Numbers, err = s.d.Identity.Identifiers(ctx, person); err != nil {
		return Side{}, err
	}
	if out.Proofs, err = s.d.Identity.Proofs(ctx, person); err != nil {
		return Side{}, err
	}
	if out.Capacities, err = s.d.Identity.Capacities(ctx, person); err != nil {
		return Side{}, err
	}
	last, err := s.d.Identity.SignIns(ctx, person)
	if len(last) > 0 {
		out.SignIn = last[0].At
	}
	return out, err
}

// Waiting lists what waits for a decision: merges, and merges to be taken back.
func (s *Service) Waiting(ctx context.Context, by policy.Actor) (merges, undos []steward.Proposal, err error) {
	defer errs.Wrap(&err, "merge.Waiting")
	if merges, err = s.d.Steward.Open(ctx, by, s.merging()); err != nil {
		return nil, nil, err
	}
	undos, err = s.d.Steward.Open(ctx, by, s.undoing())
	return merges, undos, err
}

// Recent lists the last merges, the newest first.
func (s *Service) Recent(ctx context.Context) (_ []Merge, err error) {
	defer errs.Wrap(&err, "merge.Recent")
	rows, err := store.All[mergeRow](ctx, s.d.DB, sqlRecent, shownMerges)
	out := make([]Merge, len(rows))
	for i, r := range rows {
		out[i] = s.merge(r)
	}
	return out, err
}

// Get reads a proposal, what came of it (found: it was approved), and what was
// proposed about taking it back, the newest first.
func (s *Service) Get(ctx context.Context, by policy.Actor, id string) (p steward.Proposal, m Merge, found bool, undos []steward.Proposal, err error) {
	defer errs.Wrap(&err, "merge.Get")
	if p, err = s.d.Steward.Find(ctx, by, s.merging(), id); err != nil {
		return p, m, false, nil, err
	}
	row, found, err := store.Find[mergeRow](ctx, s.d.DB, sqlMerge, id)
	if err != nil || !found {
		return p, m, false, nil, err
	}
	m = s.merge(row)
	done, err := store.All[doneRow](ctx, s.d.DB, sqlDone, id)
	if err != nil {
		return p, m, true, nil, err
	}
	for _, d := range done {
		m.Moved = append(m.Moved, Moved{d.Module, d.Back, int(d.N), d.At.Time})
	}
	all, err := s.d.Steward.Of(ctx, by, s.undoing(), m.Gone)
	for _, u := range all {
		if !u.At.Before(m.At) {
			undos = append(undos, u)
		}
	}
	return p, m, true, undos, err
}
