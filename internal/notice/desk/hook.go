// SPDX-License-Identifier: Apache-2.0

package desk

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/program"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Events that a body's program is told of; part of locale keys.
const (
	eventArrived = "notice.arrived"
	eventViewed  = "notice.viewed" // by anybody; whether it counts, the notice says
	eventDeemed  = "notice.deemed"
)

// Evidence of what somebody did about events that could not be told.
const (
	eventTried = "desk.hook_tried"
	eventLeft  = "desk.hook_left"
)

// SetHook says where to tell. The first time it makes the secret, which only this
// answer knows; later it is "" and the old secret stays. It also turns on what was
// stopped.
func (s *Service) SetHook(ctx context.Context, a policy.Actor, address string) (secret string, err error) {
	defer errs.Wrap(&err, "desk.SetHook")
	if err := s.manages(a); err != nil {
		return "", err
	}
	if address, err = s.keeper.Address(address); err != nil {
		return "", err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.d.Identity.StandsTx(ctx, tx, a); err != nil {
			return err
		}
		words, err := s.keeper.SetHookTx(ctx, tx, a.For, a.Person, address)
		if err != nil {
			return err
		}
		secret = words
		return s.stage(ctx, tx, "desk.hook_set", a, a.For, map[string]any{"url": address})
	})
	return secret, err
}

// RotateSecret makes a new secret. For a while both sign.
func (s *Service) RotateSecret(ctx context.Context, a policy.Actor) (secret string, err error) {
	defer errs.Wrap(&err, "desk.RotateSecret")
	if err := s.manages(a); err != nil {
		return "", err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.d.Identity.StandsTx(ctx, tx, a); err != nil {
			return err
		}
		words, until, err := s.keeper.RotateTx(ctx, tx, a.For, a.Person)
		if err != nil {
			return err
		}
		secret = words
		return s.stage(ctx, tx, "desk.hook_rotated", a, a.For, map[string]any{"old_until": until.UTC().Format(time.RFC3339)})
	})
	return secret, err
}

// Hook reads where the body is told, and the newest deliveries.
func (s *Service) Hook(ctx context.Context, a policy.Actor) (h program.Hook, found bool, list []program.Delivery, err error) {
	defer errs.Wrap(&err, "desk.Hook")
	if err := s.manages(a); err != nil {
		return h, false, nil, err
	}
	return s.keeper.Hook(ctx, a.For)
}

// tellTx has the body's program told. It carries ids only: what the notice says, and whom
// it is about, the program asks for with its key.
func (s *Service) tellTx(ctx context.Context, tx *store.Tx, i Item, event string, at time.Time) error {
	return s.keeper.TellTx(ctx, tx, i.Body, event, at, map[string]any{"id": i.Notice, "unit": i.Unit})
}

// TellAgain delivers an event once more.
func (s *Service) TellAgain(ctx context.Context, a policy.Actor, delivery string) (err error) {
	defer errs.Wrap(&err, "desk.TellAgain")
	if err := s.manages(a); err != nil {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error { return s.keeper.AgainTx(ctx, tx, a.For, delivery) })
}

// TryAgain tells once more, in order, what the body's program could not be told.
func (s *Service) TryAgain(ctx context.Context, a policy.Actor) (err error) {
	defer errs.Wrap(&err, "desk.TryAgain")
	return s.work(ctx, a, eventTried, s.keeper.TryTx)
}

// LeaveUntold ends that work: what was given up is not told any more.
func (s *Service) LeaveUntold(ctx context.Context, a policy.Actor) (err error) {
	defer errs.Wrap(&err, "desk.LeaveUntold")
	return s.work(ctx, a, eventLeft, s.keeper.LeaveTx)
}

func (s *Service) work(ctx context.Context, a policy.Actor, event string, do func(context.Context, *store.Tx, string) (int64, error)) error {
	if err := s.manages(a); err != nil {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.d.Identity.StandsTx(ctx, tx, a); err != nil {
			return err
		}
		n, err := do(ctx, tx, a.For)
		if err != nil {
			return err
		}
		return s.stage(ctx, tx, event, a, a.For, map[string]any{"events": n})
	})
}

// Untold is what the programs of the body could not be told, for whoever manages it.
func (s *Service) Untold(ctx context.Context, a policy.Actor) (_ program.Work, err error) {
	defer errs.Wrap(&err, "desk.Untold")
	if err := s.manages(a); err != nil {
		return program.Work{}, err
	}
	return s.keeper.Work(ctx, a.For)
}
