// SPDX-License-Identifier: Apache-2.0

package intro

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Undo begins to take back what an applied batch gave, and only that. Errors are
// those of Apply; errs.Conflict, code intro.undo_people: accounts are not taken
// back.
func (s *Service) Undo(ctx context.Context, by policy.Actor, batchID string) (err error) {
	defer errs.Wrap(&err, "intro.Undo")
	b, k, err := s.may(ctx, by, batchID)
	if err != nil {
		return err
	}
	if k.Kind == People {
		return errs.New(errs.Conflict, "intro.undo_people")
	}
	return s.begin(ctx, by, b, Applied, Undoing, func(content []byte) ledger.Record {
		return ledger.Record{Event: "identity.introduction_undone", Content: content}
	})
}

// undone is how many rows are taken back in one transaction.
const undone = 500

func (s *Service) undoStep(ctx context.Context, b Batch) error {
	rows, err := store.All[lineRow](ctx, s.d.DB, sqlLines, b.ID, b.Done, undone)
	if err != nil {
		return err
	}
	to := b.Total
	if len(rows) == undone {
		to = int(rows[undone-1].N)
	}
	k := s.kinds[b.Kind]
	now, err := s.nowOf(ctx, rows)
	if err != nil {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := tx.ExecOne(ctx, sqlProgress, b.ID, Undoing, b.Done, to, store.At(tx.Now())); err != nil {
			return err
		}
		for _, r := range rows {
			switch r.Outcome {
			case Introduced: // a Conflict if it has been granted since it was read
				if err := tx.ExecOne(ctx, sqlUnwait, r.NationalCode, b.ID, r.N); err != nil {
					return err
				}
			case Granted:
				c := identity.Capacity{ID: r.Capacity, Person: r.Person, Role: k.Role, Source: "introduction " + b.ID}
				if err := s.revokeTx(ctx, tx, b, c); err != nil {
					return err
				}
			case Suspended, Resumed, Renewed, Revoked:
				given, err := s.giveBackTx(ctx, tx, b, r, now[r.Capacity])
				if err != nil {
					return err
				}
				if !given {
					continue
				}
			default:
				continue
			}
			if err := tx.ExecOne(ctx, sqlSetOutcome, b.ID, r.N, TakenBack, r.Person, r.Capacity, r.Was); err != nil {
				return err
			}
		}
		return nil
	})
}

// revokeTx takes a capacity from whoever has it by now: a merge may have carried it
// to another account, and back. The given one is ended first, so that a merge which
// is under way has committed when the others are read.
func (s *Service) revokeTx(ctx context.Context, tx *store.Tx, b Batch, c identity.Capacity) error {
	if _, err := s.d.Identity.RevokeTx(ctx, tx, b.By, c, "intro.why_undone"); err != nil {
		return err
	}
	given, err := s.d.Identity.CapacityTx(ctx, tx, c.Person, c.ID)
	if err != nil {
		return err
	}
	list, err := s.d.Identity.Carried(ctx, tx, given.First())
	for _, k := range list {
		if err == nil && k.Ended.IsZero() {
			_, err = s.d.Identity.RevokeTx(ctx, tx, b.By, k, "intro.why_undone")
		}
	}
	return err
}

// nowOf reads the capacities that rows have changed as they stand now, by the id
// that they had then: what a merge has carried, where it stands.
func (s *Service) nowOf(ctx context.Context, rows []lineRow) (map[string]identity.Capacity, error) {
	var people []string
	for _, r := range rows {
		if r.Was != "" {
			people = append(people, r.Person)
		}
	}
	slices.Sort(people)
	held, err := s.d.Identity.CapacitiesOf(ctx, slices.Compact(people))
	out := map[string]identity.Capacity{}
	for _, list := range held {
		for _, c := range list {
			out[c.ID] = c
		}
	}
	if err != nil {
		return nil, err
	}
	first := map[string]bool{}
	for _, c := range out {
		first[c.First()] = true
	}
	carried, err := s.d.Identity.Carried(ctx, s.d.DB, slices.Sorted(maps.Keys(first))...)
	for id, was := range out {
		for _, c := range carried {
			if c.Origin == was.First() && !out[id].Ended.IsZero() && c.Ended.IsZero() { // a merge has ended it there
				out[id] = c
			}
		}
	}
	return out, err
}

// giveBackTx makes a capacity what it was before a row changed it, unless
// somebody else has changed it since.
func (s *Service) giveBackTx(ctx context.Context, tx *store.Tx, b Batch, r lineRow, now identity.Capacity) (bool, error) {
	var was identity.Capacity
	if err := json.Unmarshal([]byte(r.Was), &was); err != nil {
		return false, err
	}
	step := identity.CapacityRestored
	switch {
	case now.ID == "",
		r.Outcome == Suspended && (now.Suspended.IsZero() || !now.Ended.IsZero()),
		r.Outcome == Revoked && now.Ended.IsZero(),
		(r.Outcome == Resumed || r.Outcome == Renewed) && (!now.Suspended.IsZero() || !now.Ended.IsZero()):
		return false, nil
	case r.Outcome == Suspended:
		step = identity.CapacityResumed
	case r.Outcome == Resumed:
		step = identity.CapacitySuspended
	}
	was.Person, was.ID, was.OriginOf, was.Origin, was.Least = now.Person, now.ID, now.OriginOf, now.Origin, now.Least
	on, err := s.d.Identity.GoesOn(ctx, tx, now.KnownTo())
	if err != nil {
		return false, err
	}
	if r.Outcome == Revoked && on != now.Person { // a merge, or the end of one, lies between: it stands where its holder goes on
		err = s.d.Identity.AddCapacityTx(ctx, tx, b.By, was.Carried(on, id.New()))
		return err == nil, err
	}
	err = s.d.Identity.ChangeCapacityTx(ctx, tx, b.By, step, now, was, "intro.why_undone")
	return err == nil, err
}
