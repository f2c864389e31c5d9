// SPDX-License-Identifier: Apache-2.0

package bulk

import (
	"context"
	"slices"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// move runs fn on a batch that is in one of the states. Whoever comes second gets
// errs.Conflict (notice.bulk.state).
func (s *Service) move(ctx context.Context, a policy.Actor, batch, action string, from []State, fn func(tx *store.Tx, b Batch) error) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		r, err := store.One[batchRow](ctx, tx, sqlBatch, batch)
		if err != nil {
			return err
		}
		b := r.batch()
		if err := s.check(a, action, b); err != nil {
			return err
		}
		if !slices.Contains(from, b.State) {
			return errs.New(errs.Conflict, "notice.bulk.state")
		}
		if err := fn(tx, b); errs.Is(err, errs.Conflict) {
			return errs.New(errs.Conflict, "notice.bulk.state").Because(err)
		} else if err != nil {
			return err
		}
		return nil
	})
}

// Pause lets a batch wait. Rows whose turn it is are issued or wait, as a whole.
func (s *Service) Pause(ctx context.Context, a policy.Actor, batch string) (err error) {
	defer errs.Wrap(&err, "bulk.Pause")
	return s.move(ctx, a, batch, "bulk.steer", []State{Going}, func(tx *store.Tx, b Batch) error {
		if err := tx.ExecOne(ctx, sqlMove, b.ID, Going, Paused); err != nil {
			return err
		}
		return s.recordTx(ctx, tx, a, eventPaused, b)
	})
}

// Continue lets a paused batch go on.
func (s *Service) Continue(ctx context.Context, a policy.Actor, batch string) (err error) {
	defer errs.Wrap(&err, "bulk.Continue")
	return s.move(ctx, a, batch, "bulk.steer", []State{Paused}, func(tx *store.Tx, b Batch) error {
		if err := tx.ExecOne(ctx, sqlMove, b.ID, Paused, Going); err != nil {
			return err
		}
		if err := s.recordTx(ctx, tx, a, eventContinued, b); err != nil {
			return err
		}
		return s.goTx(ctx, tx, b)
	})
}

// Stop ends a batch. What was issued stays served; what waits is left, and may be
// sent in another batch.
func (s *Service) Stop(ctx context.Context, a policy.Actor, batch string) (err error) {
	defer errs.Wrap(&err, "bulk.Stop")
	return s.move(ctx, a, batch, "bulk.steer", []State{Going, Paused, Checked, Taking}, func(tx *store.Tx, b Batch) error {
		if err := tx.ExecOne(ctx, sqlEnd, b.ID, b.State, Stopped, store.At(tx.Now())); err != nil {
			return err
		}
		if err := tx.Exec(ctx, sqlLeave, b.ID); err != nil {
			return err
		}
		return s.recordTx(ctx, tx, a, eventStopped, b)
	})
}
