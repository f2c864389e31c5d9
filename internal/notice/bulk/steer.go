// SPDX-License-Identifier: Apache-2.0

package bulk

import (
	"context"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/notice"
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
		return s.stopTx(ctx, tx, a, b, notice.Text{})
	})
}

func (s *Service) stopTx(ctx context.Context, tx *store.Tx, by policy.Actor, b Batch, why notice.Text) error {
	if err := tx.ExecOne(ctx, sqlEnd, b.ID, b.State, Stopped, store.At(tx.Now()), why.FA, why.EN); err != nil {
		return err
	}
	if err := tx.Exec(ctx, sqlLeave, b.ID); err != nil {
		return err
	}
	if err := s.recordTx(ctx, tx, by, eventStopped, b); err != nil {
		return err
	}
	b.State, b.Why = Stopped, why
	return s.endedTx(ctx, tx, b)
}

func (s *Service) endedTx(ctx context.Context, tx *store.Tx, b Batch) error {
	k := s.kinds[b.Kind]
	if k.Ended == nil {
		return nil
	}
	n, err := store.One[int64](ctx, tx, sqlNone, b.ID)
	if err != nil {
		return err
	}
	b.Unreached = int(n)
	return k.Ended(ctx, tx, b)
}

// HaltTx stops every batch of a sender that has not ended, with the reason, in the
// transaction of the act that ends its right to send.
func (s *Service) HaltTx(ctx context.Context, tx *store.Tx, by policy.Actor, sender string, why notice.Text) (err error) {
	defer errs.Wrap(&err, "bulk.HaltTx")
	list, err := store.All[batchRow](ctx, tx, sqlOpenOf, sender)
	if err != nil {
		return err
	}
	for _, r := range list {
		if err := s.stopTx(ctx, tx, by, r.batch(), why); err != nil {
			return err
		}
	}
	return nil
}

// LeaveTx stops batches of a kind that were made before a time and never started: what
// stands in their rows is not kept for ever.
func (s *Service) LeaveTx(ctx context.Context, tx *store.Tx, kind string, before time.Time, why notice.Text) (err error) {
	defer errs.Wrap(&err, "bulk.LeaveTx")
	list, err := store.All[batchRow](ctx, tx, sqlOld, kind, store.At(before), pageSize)
	if err != nil {
		return err
	}
	for _, r := range list {
		if err := s.stopTx(ctx, tx, policy.Actor{Role: policy.System}, r.batch(), why); err != nil {
			return err
		}
	}
	return nil
}

// WakeTx lets a sender that rests go on: what it waited for has changed.
func (s *Service) WakeTx(ctx context.Context, tx *store.Tx, sender string) (err error) {
	defer errs.Wrap(&err, "bulk.WakeTx")
	for _, query := range []string{sqlAwake, sqlWakes} {
		if err := tx.Exec(ctx, query, sender); err != nil {
			return err
		}
	}
	return s.wakeTx(ctx, tx)
}

// hold lets the sender of a turn rest, or stops the batch. The sweep finds the
// sender when its rest is over.
func (s *Service) hold(ctx context.Context, t taken, h *Held) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error { // the sender first, as in every turn
		if err := tx.Exec(ctx, sqlRest, t.Sender, s.id, store.At(h.Until)); err != nil {
			return err
		}
		r, err := store.One[batchRow](ctx, tx, sqlBatch, t.batch.ID)
		switch {
		case err != nil || r.State != Going: // paused or stopped meanwhile
			return err
		case h.Until.IsZero():
			return s.stopTx(ctx, tx, t.batch.By, r.batch(), h.Reason)
		}
		return tx.ExecOne(ctx, sqlRests, r.ID, store.At(h.Until), h.Reason.FA, h.Reason.EN)
	})
}
