// SPDX-License-Identifier: Apache-2.0

package alert

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Jobs registers what this module does in the background.
func (s *Service) Jobs() {
	jobs.Handle(s.d.Jobs, kindSend, s.send)
	s.d.Jobs.Periodic(kindAsk, askEvery, s.ask)
	s.d.Jobs.Periodic(kindMeasure, measureEvery, s.measure)
	if len(s.d.Messengers) > 0 {
		s.d.Jobs.Periodic(kindHear, hearEvery, s.hear)
		s.d.Jobs.Periodic(kindHook, hookEvery, s.hook)
	}
}

const (
	sqlDead        = `SELECT owner, ref, kind, state, made_us, due_us FROM alert_alert WHERE state = 'dead' ORDER BY due_us DESC LIMIT $1`
	sqlRevive      = `UPDATE alert_alert SET state = 'queued', due_us = $4 WHERE owner = $1 AND ref = $2 AND kind = $3 AND state = 'dead'`
	sqlReviveTries = `UPDATE alert_try SET state = 'temp_failed' WHERE owner = $1 AND ref = $2 AND kind = $3 AND state = 'dead'`
	sqlDeadCount   = `SELECT count(*) FROM alert_alert WHERE state = 'dead'`
	sqlBounceCount = `SELECT count(*) FROM alert_bounce WHERE ended_us = 0`
)

// reviveBatch is how many alerts are made due again in one act.
const reviveBatch = 500

// GivenUp is how many alerts were given up on some channel.
func (s *Service) GivenUp(ctx context.Context, a policy.Actor) (n int, err error) {
	defer errs.Wrap(&err, "alert.GivenUp")
	if err := s.d.Policy.Check(a, "alert.desk", deskResource); err != nil {
		return 0, err
	}
	count, err := store.One[int64](ctx, s.d.DB, sqlDeadCount)
	return int(count), err
}

// Open is how much waits on the desk: addresses, and whether something was given up.
func (s *Service) Open(ctx context.Context, a policy.Actor) (n int, err error) {
	defer errs.Wrap(&err, "alert.Open")
	dead, err := s.GivenUp(ctx, a)
	if err != nil {
		return 0, err
	}
	count, err := store.One[int64](ctx, s.d.DB, sqlBounceCount)
	return int(count) + min(dead, 1), err
}

// Revive has the newest of what was given up tried once more, and says how many.
func (s *Service) Revive(ctx context.Context, a policy.Actor) (n int, err error) {
	defer errs.Wrap(&err, "alert.Revive")
	if err := s.d.Policy.Check(a, "alert.desk", deskResource); err != nil {
		return 0, err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		n = 0
		rows, err := store.All[alertRow](ctx, tx, sqlDead, reviveBatch)
		if err != nil {
			return err
		}
		for _, r := range rows {
			r.Due = store.At(tx.Now())
			if err := tx.ExecOne(ctx, sqlRevive, r.Owner, r.Ref, r.Kind, r.Due); err != nil {
				return err
			}
			if err := tx.Exec(ctx, sqlReviveTries, r.Owner, r.Ref, r.Kind); err != nil {
				return err
			}
			if err := s.enqueue(ctx, tx, r); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	if err == nil {
		s.d.Log.InfoContext(ctx, "alerts that were given up are tried again", "alerts", n, "by", a.Person)
	}
	return n, err
}
