// SPDX-License-Identifier: Apache-2.0

package proofing

import (
	"context"
	"fmt"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/proofing"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const kindCheck = "proofing.check"

// check asks the broker about an attempt for the N-th time, so that nothing
// depends on a browser or on the broker's call. N 0 is because the broker called.
type check struct {
	Token string `json:"token"`
	N     int    `json:"n"`
}

// askingEnds is when an attempt of which nothing was heard counts as lost. A
// session of a broker lives half an hour.
const askingEnds = 24 * time.Hour

// untilNext is the time to the next question about an attempt of this age.
func untilNext(age time.Duration) time.Duration {
	switch {
	case age < 45*time.Minute:
		return time.Minute
	case age < 3*time.Hour:
		return 10 * time.Minute
	}
	return time.Hour
}

// Jobs registers what the module does in the background.
func (s *Service) Jobs() {
	jobs.Handle(s.d.Jobs, kindCheck, s.check)
	jobs.Handle(s.d.Jobs, kindTell, s.tell)
	jobs.Subscribe(s.d.Jobs, "proofing", s.onPaid)
	jobs.Subscribe(s.d.Jobs, "proofing", s.onMerged)
	jobs.Subscribe(s.d.Jobs, "proofing", s.onUnmerged)
}

func (s *Service) enqueueCheck(ctx context.Context, tx *store.Tx, c check, started time.Time) error {
	due := tx.Now().Add(untilNext(tx.Now().Sub(started)))
	return s.d.Jobs.EnqueueTx(ctx, tx, kindCheck, c, jobs.Unique(fmt.Sprintf("%s:%d", c.Token, c.N)), jobs.At(due))
}

// check asks once. A broker that does not answer is no failure of the job.
func (s *Service) check(ctx context.Context, c check) (err error) {
	defer errs.Wrap(&err, "proofing: ask the broker")
	t, err := s.Settle(ctx, c.Token)
	switch {
	case err != nil && !errs.Is(err, errs.Unavailable):
		return err
	case t.State != TryOpen || c.N == 0:
		return nil
	case s.d.Clock.Now().Sub(t.Started) >= askingEnds:
		s.d.Log.WarnContext(ctx, "proofing: the broker gave no last word in a day", "reference", t.Reference)
		o, t, err := s.byToken(ctx, c.Token)
		if err != nil {
			return err
		}
		return s.end(ctx, o, t, proofing.Result{State: proofing.State(TryLost)})
	}
	return s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		return s.enqueueCheck(ctx, tx, check{Token: c.Token, N: c.N + 1}, t.Started)
	})
}

// Called is what follows a call of a broker, whoever it was: we ask. errs.NotFound:
// no attempt has this token.
func (s *Service) Called(ctx context.Context, token string) (err error) {
	defer errs.Wrap(&err, "proofing.Called")
	_, t, err := s.byToken(ctx, token)
	if err != nil || t.State != TryOpen {
		return err
	}
	return s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		return s.d.Jobs.EnqueueTx(ctx, tx, kindCheck, check{Token: token}, jobs.Unique(token+":0"))
	})
}
