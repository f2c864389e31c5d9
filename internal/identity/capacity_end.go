// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// EndCapacity ends a capacity now. It bites at the holder's next click.
// errs.Conflict, code identity.capacity.ended: it has ended already.
func (s *Service) EndCapacity(ctx context.Context, by policy.Actor, person, capacityID, why string) (err error) {
	defer errs.Wrap(&err, "identity.EndCapacity")
	row, err := store.One[capacityRow](ctx, s.d.DB, sqlCapacity, person, capacityID)
	if err != nil {
		return err
	}
	if err := s.mayChange(by, "identity.end_capacity", person, row.Role); err != nil {
		return err
	}
	err = s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error { return s.EndCapacityTx(ctx, tx, by, row.capacity(), why) })
	if errs.Is(err, errs.Conflict) {
		err = errs.New(errs.Conflict, "identity.capacity.ended").Because(err)
	}
	return err
}

// EndCapacityTx ends a capacity in the caller's transaction; whether that may be
// is the caller's to check. It only writes. errs.Conflict, code
// identity.capacity.ended: it has ended already.
func (s *Service) EndCapacityTx(ctx context.Context, tx *store.Tx, by policy.Actor, c Capacity, why string) (err error) {
	defer errs.Wrap(&err, "identity.EndCapacityTx")
	err = tx.ExecOne(ctx, sqlEndCapacity, c.Person, c.ID, store.At(tx.Now()))
	if errs.Is(err, errs.Conflict) {
		err = errs.New(errs.Conflict, "identity.capacity.ended").Because(err)
	}
	if err != nil {
		return err
	}
	return s.capacityEndedTx(ctx, tx, by, c, why)
}

// RevokeTx is EndCapacityTx for callers to whom it does not matter that somebody
// else was faster; it tells whether the capacity stood.
func (s *Service) RevokeTx(ctx context.Context, tx *store.Tx, by policy.Actor, c Capacity, why string) (stood bool, err error) {
	defer errs.Wrap(&err, "identity.RevokeTx")
	n, err := tx.ExecN(ctx, sqlEndCapacity, c.Person, c.ID, store.At(tx.Now()))
	if err != nil || n == 0 {
		return false, err
	}
	return true, s.capacityEndedTx(ctx, tx, by, c, why)
}

func (s *Service) capacityEndedTx(ctx context.Context, tx *store.Tx, by policy.Actor, c Capacity, why string) error {
	facts := capacityFacts(c)
	facts["why"] = persian.Store(why)
	if err := s.stage(ctx, tx, "identity.capacity_ended", c.Person, c.ID, by, facts); err != nil {
		return err
	}
	return s.licenceOverTx(ctx, tx, c, false)
}
