// SPDX-License-Identifier: Apache-2.0

package payment

import (
	"context"
	"fmt"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const checkKind = "payment.check"

// Check is the job that asks the provider about an attempt for the N-th time,
// so that nothing depends on the payer's browser.
type Check struct {
	Token string `json:"token"`
	N     int    `json:"n"`
}

// askingEnds is when the provider is no longer asked about an attempt. It has
// given an unconfirmed payment back long before.
const askingEnds = 72 * time.Hour

// takeable is the age until which a payment may still be taken: the payer
// decides in the last minute, the answer is late, and then there are 15 minutes
// to confirm. An outage may end in any minute of it.
const takeable = 45 * time.Minute

// untilNext is the time to the next question about an attempt of this age.
func untilNext(age time.Duration) time.Duration {
	switch {
	case age < takeable:
		return time.Minute
	case age < 2*time.Hour:
		return 5 * time.Minute
	case age < 24*time.Hour:
		return time.Hour
	}
	return 6 * time.Hour
}

// enqueueCheck leaves the next question behind. A question that is asked twice
// leaves the same one.
func (s *Service) enqueueCheck(ctx context.Context, tx *store.Tx, c Check, started time.Time) error {
	due := tx.Now().Add(untilNext(tx.Now().Sub(started)))
	return s.d.Jobs.EnqueueTx(ctx, tx, checkKind, c, jobs.Unique(fmt.Sprintf("%s:%d", c.Token, c.N)), jobs.At(due))
}

// check asks once. A provider that does not answer is no failure of the job; a
// dispute is one, because only people can end it.
func (s *Service) check(ctx context.Context, c Check) (err error) {
	defer errs.Wrap(&err, "payment.check")
	p, a, err := s.settle(ctx, c.Token)
	if err != nil && !errs.Is(err, errs.Unavailable) {
		return err
	}
	if a.State == AttemptDisputed {
		return s.reconsider(ctx, p, a)
	}
	if !a.State.waits() {
		return nil
	}
	if s.d.Clock.Now().Sub(a.Started) >= askingEnds {
		s.d.Log.ErrorContext(ctx, "payment: the provider gave no last word in three days", "payment", p.ID, "attempt", a.Number)
		if p.settling != a.Token {
			return s.refuse(ctx, p, a, AttemptExpired, StateExpired, NoAnswer)
		}
		if err := s.dispute(ctx, p, a, NotClear, nil); err != nil {
			return err
		}
		return fmt.Errorf("payment %s is disputed (%s)", p.ID, NotClear) // the next try asks the provider
	}
	return s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		return s.enqueueCheck(ctx, tx, Check{Token: c.Token, N: c.N + 1}, a.Started)
	})
}
