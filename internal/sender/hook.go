// SPDX-License-Identifier: Apache-2.0

package sender

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/program"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Evidence of what somebody did about events that could not be told.
const (
	eventTried = "sender.hook_tried"
	eventLeft  = "sender.hook_left"
)

// SetHook says where to tell. The first time it makes the secret, which only this
// answer knows; later it is "" and the old secret stays. It also turns on what was
// stopped.
func (s *Service) SetHook(ctx context.Context, a policy.Actor, address string) (secret string, err error) {
	defer errs.Wrap(&err, "sender.SetHook")
	if err := s.manages(a); err != nil {
		return "", err
	}
	if address, err = s.keeper.Address(address); err != nil {
		return "", err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		c, found, err := store.Find[contractRow](ctx, tx, sqlLatest, a.For)
		if err != nil {
			return err
		}
		if !found || c.State == Refused || c.State == Ended {
			return errs.New(errs.Conflict, "sender.no_contract")
		}
		if secret, err = s.keeper.SetHookTx(ctx, tx, a.For, a.Person, address); err != nil {
			return err
		}
		_, err = s.stage(ctx, tx, "sender.hook_set", a.For, a.For, a, map[string]any{"url": address})
		return err
	})
	return secret, err
}

// RotateSecret makes a new secret. For a day both sign.
func (s *Service) RotateSecret(ctx context.Context, a policy.Actor) (secret string, err error) {
	defer errs.Wrap(&err, "sender.RotateSecret")
	if err := s.manages(a); err != nil {
		return "", err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		words, until, err := s.keeper.RotateTx(ctx, tx, a.For, a.Person)
		if err != nil {
			return err
		}
		secret = words
		_, err = s.stage(ctx, tx, "sender.hook_rotated", a.For, a.For, a, map[string]any{"old_until": until.UTC().Format(time.RFC3339)})
		return err
	})
	return secret, err
}

// Hook reads where the body is told, and the newest deliveries.
func (s *Service) Hook(ctx context.Context, a policy.Actor) (h program.Hook, found bool, list []program.Delivery, err error) {
	defer errs.Wrap(&err, "sender.Hook")
	if err := s.sees(a); err != nil {
		return h, false, nil, err
	}
	return s.keeper.Hook(ctx, a.For)
}

// Again delivers an event once more.
func (s *Service) Again(ctx context.Context, a policy.Actor, delivery string) (err error) {
	defer errs.Wrap(&err, "sender.Again")
	if err := s.manages(a); err != nil {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error { return s.keeper.AgainTx(ctx, tx, a.For, delivery) })
}

// Untold is a body whose program could not be told.
type Untold struct {
	program.Work
	Contract Contract // the newest one
}

// AllUntold is the bodies whose programs could not be told, for the centre, the oldest
// work first.
func (s *Service) AllUntold(ctx context.Context, a policy.Actor) (out []Untold, err error) {
	defer errs.Wrap(&err, "sender.AllUntold")
	if err := s.d.Policy.Check(a, "sender.look", resource("")); err != nil {
		return nil, err
	}
	list, err := s.keeper.AllWork(ctx)
	if err != nil {
		return nil, err
	}
	for _, w := range list {
		row, err := store.One[contractRow](ctx, s.d.DB, sqlLatest, w.Owner)
		if err != nil {
			return nil, err
		}
		out = append(out, Untold{w, row.contract()})
	}
	return out, nil
}

// OwnUntold is what the body's own program could not be told.
func (s *Service) OwnUntold(ctx context.Context, a policy.Actor) (_ program.Work, err error) {
	defer errs.Wrap(&err, "sender.OwnUntold")
	if err := s.sees(a); err != nil {
		return program.Work{}, err
	}
	return s.keeper.Work(ctx, a.For)
}

// UntoldOf is what the program of one body could not be told, for the centre.
func (s *Service) UntoldOf(ctx context.Context, a policy.Actor, body string) (_ program.Work, err error) {
	defer errs.Wrap(&err, "sender.UntoldOf")
	if err := s.d.Policy.Check(a, "sender.look", resource(body)); err != nil {
		return program.Work{}, err
	}
	return s.keeper.Work(ctx, body)
}

// TryAgain tells once more, in order, what the body's program could not be told.
func (s *Service) TryAgain(ctx context.Context, a policy.Actor) (err error) {
	defer errs.Wrap(&err, "sender.TryAgain")
	return s.work(ctx, a, eventTried, s.keeper.TryTx)
}

// LeaveUntold ends that work: what was given up is not told any more.
func (s *Service) LeaveUntold(ctx context.Context, a policy.Actor) (err error) {
	defer errs.Wrap(&err, "sender.LeaveUntold")
	return s.work(ctx, a, eventLeft, s.keeper.LeaveTx)
}

func (s *Service) work(ctx context.Context, a policy.Actor, event string, do func(context.Context, *store.Tx, string) (int64, error)) error {
	if err := s.manages(a); err != nil {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		n, err := do(ctx, tx, a.For)
		if err != nil {
			return err
		}
		_, err = s.stage(ctx, tx, event, a.For, a.For, a, map[string]any{"events": n})
		return err
	})
}
