// SPDX-License-Identifier: Apache-2.0

package merge

import (
	"context"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// carryCapacities lets the account that goes on be what the other one was. What
// rests on a mandate is not carried: it was given to another account.
func (s *Service) carryCapacities(ctx context.Context, tx *store.Tx, m mergeRow, by policy.Actor) (n int, err error) {
	list, err := s.d.Identity.CapacitiesTx(ctx, tx, m.Gone)
	if err != nil {
		return 0, err
	}
	has, err := s.d.Identity.CapacitiesTx(ctx, tx, m.Into)
	if err != nil {
		return 0, err
	}
	today := civil.Of(tx.Now())
	for _, c := range list {
		if !c.Ended.IsZero() || c.Until != 0 && c.Until < today || c.Mandate != "" {
			continue
		}
		if err := s.endTx(ctx, tx, m, c, by); err != nil {
			return 0, err
		}
		if c = c.Carried(m.Into, id.New()); c.For == m.Into || holds(has, c, today) {
			continue
		}
		if err := s.addTx(ctx, tx, m, c, by); err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}

// carryGuardians lets whoever is the guardian of the account that ends be the
// guardian of the one that goes on: what rests on the law or a court rests on the
// person and not on their account.
func (s *Service) carryGuardians(ctx context.Context, tx *store.Tx, m mergeRow, by policy.Actor) (n int, err error) {
	guardians, err := store.All[string](ctx, tx, sqlGuardians, m.Gone)
	if err != nil {
		return 0, err
	}
	today := civil.Of(tx.Now())
	for _, who := range guardians {
		has, err := s.d.Identity.CapacitiesTx(ctx, tx, who)
		if err != nil {
			return 0, err
		}
		for _, c := range has {
			if c.For != m.Gone || c.Role != policy.Guardian || !c.Ended.IsZero() || c.Until != 0 && c.Until < today {
				continue
			}
			if err := s.endTx(ctx, tx, m, c, by); err != nil {
				return 0, err
			}
			c = c.Carried(c.Person, id.New())
			if c.For = m.Into; c.Person == m.Into || holds(has, c, today) {
				continue
			}
			if err := s.addTx(ctx, tx, m, c, by); err != nil {
				return 0, err
			}
			n++
		}
	}
	return n, nil
}

// endTx ends a capacity for the merge, so that parting gives it back.
func (s *Service) endTx(ctx context.Context, tx *store.Tx, m mergeRow, c identity.Capacity, by policy.Actor) error {
	if err := s.d.Identity.EndCapacityTx(ctx, tx, by, c, WhyMerged); err != nil {
		return err
	}
	return s.partTx(ctx, tx, m, partRow{What: partCapacity, Value: c.ID, Person: c.Person})
}

// addTx gives a capacity by the merge, so that parting ends it.
func (s *Service) addTx(ctx context.Context, tx *store.Tx, m mergeRow, c identity.Capacity, by policy.Actor) error {
	if err := s.d.Identity.AddCapacityTx(ctx, tx, by, c); err != nil {
		return err
	}
	return s.partTx(ctx, tx, m, partRow{What: partAdded, Kind: partCapacity, Value: c.ID, Person: c.Person})
}

// holds tells whether somebody is already what c would make them.
func holds(has []identity.Capacity, c identity.Capacity, today civil.Day) bool {
	for _, h := range has {
		if h.Holds(today) && same(h, c) {
			return true
		}
	}
	return false
}

// same tells whether two capacities are the same post, or the same licence of one
// issuer. A post is the same by whatever letter; one by a mandate is another, which
// may have fewer rights.
func same(a, b identity.Capacity) bool {
	return a.Role == b.Role && a.Unit == b.Unit && a.Branch == b.Branch && a.For == b.For && a.Mandate == "" && b.Mandate == "" &&
		a.Issuer == b.Issuer && (a.Issuer == "" || a.Number == b.Number)
}
