// SPDX-License-Identifier: Apache-2.0

package merge

import (
	"context"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/steward"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// undoing is the act of taking a merge back. Person and Other of its proposals
// are those of the merge.
func (s *Service) undoing() steward.Act {
	return steward.Act{Kind: "unmerge", Event: "identity.unmerge", Allowed: s.mayUndo, Do: s.undoTx}
}

// ProposeUndo proposes to take the merge back by which gone ended. errs.Conflict:
// it was not merged (merge.not_merged), its days are over (merge.undo_late), the
// account that goes on was merged itself since (merge.later_first), or it has been
// proposed already.
func (s *Service) ProposeUndo(ctx context.Context, by policy.Actor, gone, into, reason string) (_ steward.Proposal, err error) {
	defer errs.Wrap(&err, "merge.ProposeUndo")
	return s.d.Steward.Propose(ctx, s.undoing(), by, steward.Proposal{Person: gone, Other: into, Reason: reason})
}

// DecideUndo approves or refuses to take a merge back. Errors are those of
// ProposeUndo and steward.DecideOn.
func (s *Service) DecideUndo(ctx context.Context, by policy.Actor, proposal string, approve bool) (_ steward.Proposal, err error) {
	defer errs.Wrap(&err, "merge.DecideUndo")
	return s.d.Steward.DecideOn(ctx, s.undoing(), by, proposal, approve)
}

func (s *Service) mayUndo(ctx context.Context, tx *store.Tx, p steward.Proposal) error {
	people, err := s.d.Identity.LockTx(ctx, tx, p.Person, p.Other)
	if err != nil {
		return err
	}
	m, found, err := store.Find[mergeRow](ctx, tx, sqlMergeLocked, p.Person)
	switch {
	case err != nil:
		return err
	case !found || m.Into != p.Other:
		return conflict("merge.not_merged")
	case people[m.Into].Status == identity.Merged:
		return conflict("merge.later_first")
	case tx.Now().After(m.At.AddDate(0, 0, s.d.UndoDays)):
		return conflict("merge.undo_late", "days", s.d.UndoDays)
	}
	return nil
}

// undoTx opens the account again and gives back what the merge took from it.
func (s *Service) undoTx(ctx context.Context, tx *store.Tx, p steward.Proposal, by policy.Actor) error {
	m, err := store.One[mergeRow](ctx, tx, sqlMergeLocked, p.Person)
	if err != nil {
		return err
	}
	m.State, m.Undone = undone, store.At(tx.Now())
	if err := tx.ExecOne(ctx, sqlUndone, m.ID, m.Undone); err != nil {
		return err
	}
	err = s.d.Identity.ChangeStatusTx(ctx, tx, identity.StatusChange{
		Person: m.Gone, From: identity.Merged, To: identity.Active, Why: WhyUnmerged, Ref: p.ID, By: by,
	})
	if err != nil {
		return err
	}
	parts, err := store.All[partRow](ctx, tx, sqlParts, m.ID)
	if err != nil {
		return err
	}
	// As they are before anything is taken away: what has become of them since
	// the merge counts for both.
	before := map[string][]identity.Capacity{m.Into: nil, m.Gone: nil}
	for _, part := range parts {
		before[part.Person] = nil
	}
	for who := range before {
		if before[who], err = s.d.Identity.CapacitiesTx(ctx, tx, who); err != nil {
			return err
		}
	}
	lowered, err := s.lowered(ctx, tx, m)
	if err != nil {
		return err
	}
	for _, part := range parts {
		switch part.What {
		case partName:
			_, err = lead(ctx, tx, part, m.Into, part.Person)
		case partProof:
			if part.Person != m.Into || !lowered {
				err = s.proveAgain(ctx, tx, m, part, by)
			}
		case partCapacity:
			err = s.giveBack(ctx, tx, m, part, before, by)
		case partAdded:
			err = s.takeAway(ctx, tx, part, by)
		}
		if err != nil {
			return err
		}
	}
	if err := s.partLater(ctx, tx, m, before[m.Into], parts, by); err != nil {
		return err
	}
	if err := s.stage(ctx, tx, "identity.unmerged", m, by, map[string]any{"proposal": p.ID, "parts": len(parts)}); err != nil {
		return err
	}
	if err := s.publishTx(ctx, tx, m, 0); err != nil {
		return err
	}
	return s.tellTx(ctx, tx, m)
}

// partLater gives back what the account that went on was given since the merge in
// the other one's place: an introduction that had taken it was taken back.
func (s *Service) partLater(ctx context.Context, tx *store.Tx, m mergeRow, carried []identity.Capacity, parts []partRow, by policy.Actor) error {
	for _, c := range carried {
		given := slices.ContainsFunc(parts, func(p partRow) bool { return p.What == partAdded && p.Value == c.ID })
		if given || !c.Ended.IsZero() || c.OriginOf == "" {
			continue
		}
		on, err := s.d.Identity.GoesOn(ctx, tx, c.OriginOf)
		if err != nil {
			return err
		}
		if on == m.Into {
			continue
		}
		if err := s.d.Identity.EndCapacityTx(ctx, tx, by, c, WhyUnmerged); err != nil {
			return err
		}
		if err := s.d.Identity.AddCapacityTx(ctx, tx, by, c.Carried(on, id.New())); err != nil {
			return err
		}
	}
	return nil
}

// lowered tells whether the account that went on has lost a proof since the merge:
// by a recovery or a lost number it may be in other hands, and proves nothing of
// what it proved before.
func (s *Service) lowered(ctx context.Context, tx *store.Tx, m mergeRow) (bool, error) {
	rows, err := store.All[proofRow](ctx, tx, sqlProofs, m.Into)
	return slices.ContainsFunc(rows, func(p proofRow) bool { return !p.Ended.IsZero() && p.Ended.After(m.At.Time) }), err
}

// proveAgain gives a proof that the merge ended a new row: what has ended stays
// ended in the history.
func (s *Service) proveAgain(ctx context.Context, tx *store.Tx, m mergeRow, part partRow, by policy.Actor) error {
	rows, err := store.All[proofRow](ctx, tx, sqlProofs, part.Person)
	if err != nil {
		return err
	}
	for _, p := range rows {
		if p.ID == part.Value && (p.Until.IsZero() || tx.Now().Before(p.Until.Time)) {
			return s.d.Identity.AddProofTx(ctx, tx, identity.Proof{
				Person: part.Person, Way: p.Way, By: by, Ref: "un" + ref(m), Until: p.Until.Time,
			})
		}
	}
	return nil
}

// giveBack lets somebody be again what the merge ended, under a new row; as far as
// whoever went on in its place still is that: a post that was lost meanwhile is
// lost, a licence that was suspended is. before is what everybody was before
// anything was taken away.
func (s *Service) giveBack(ctx context.Context, tx *store.Tx, m mergeRow, part partRow, before map[string][]identity.Capacity, by policy.Actor) error {
	for _, c := range before[part.Person] {
		if c.ID == part.Value {
			now, was, stands := became(m, c, before)
			if was && !stands {
				return nil
			}
			if was && (now.Origin == c.First() || now.Number == c.Number) {
				c.Until, c.Suspended, c.SuspendedWhy, c.Asked = now.Until, now.Suspended, now.SuspendedWhy, now.Asked
			}
			if was && now.Origin == c.First() { // as its issuer has changed it since
				c.Grade, c.TitleFA, c.TitleEN, c.Fields, c.Place = now.Grade, now.TitleFA, now.TitleEN, now.Fields, now.Place
			}
			c = c.Carried(c.Person, id.New())
			c.Ended = time.Time{}
			return s.d.Identity.AddCapacityTx(ctx, tx, by, c)
		}
	}
	return nil
}

// became finds what a capacity became by the merge: at the account that went on, or,
// of a guardian, for it. was tells that it is or was there since, stands that it has
// not been ended.
func became(m mergeRow, c identity.Capacity, before map[string][]identity.Capacity) (now identity.Capacity, was, stands bool) {
	who := c.Person
	if who == m.Gone {
		who = m.Into
	}
	if c.For == m.Gone {
		c.For = m.Into
	}
	for _, k := range before[who] {
		if k.ID == c.ID || !k.Ended.IsZero() && k.Ended.Before(m.At.Time) {
			continue // ended by the merge, or before it
		}
		if k.Origin == c.First() || same(k, c) {
			if was = true; k.Ended.IsZero() {
				return k, true, true
			}
		}
	}
	return now, was, false
}

// takeAway ends what the merge gave to the account that went on, unless it has
// ended since.
func (s *Service) takeAway(ctx context.Context, tx *store.Tx, part partRow, by policy.Actor) error {
	if part.Kind == partCapacity {
		list, err := s.d.Identity.CapacitiesTx(ctx, tx, part.Person)
		if err != nil {
			return err
		}
		for _, c := range list {
			if c.ID == part.Value && c.Ended.IsZero() {
				return s.d.Identity.EndCapacityTx(ctx, tx, by, c, WhyUnmerged)
			}
		}
		return nil
	}
	rows, err := store.All[proofRow](ctx, tx, sqlProofs, part.Person)
	if err != nil {
		return err
	}
	for _, p := range rows {
		if p.ID == part.Value && p.Ended.IsZero() {
			return s.d.Identity.EndProofTx(ctx, tx, by, part.Person, p.ID, WhyUnmerged)
		}
	}
	return nil
}
