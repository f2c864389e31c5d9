// SPDX-License-Identifier: Apache-2.0

package sso

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	jobKeys  = "identity.sso_keys"
	jobSweep = "identity.sso_sweep"

	sweepBatch = 500 // rows of one transaction: nobody waits long for its locks
	sweepMost  = 200 // batches of one table in one run; the next run goes on
)

// Jobs registers what is done in the background. Call it once.
func (s *Service) Jobs() {
	s.d.Jobs.Periodic(jobKeys, rotateEvery, s.rotate)
	s.d.Jobs.Periodic(jobSweep, time.Hour, s.sweep)
}

// sweep removes what is over. A request stays a day, so that its code is known
// if it comes again; what was used to get something stays as long as that.
func (s *Service) sweep(ctx context.Context) error {
	now := s.d.Clock.Now()
	for _, old := range []struct {
		sql    string
		before time.Time
	}{
		{sqlOldRequests, now.Add(-24 * time.Hour)},
		{sqlOldTokens, now.Add(-keepOver)},
		{sqlOldGrants, now.Add(-keepOver)},
	} {
		for range sweepMost {
			var n int64
			err := s.d.DB.Write(ctx, func(tx *store.Tx) (err error) {
				n, err = tx.ExecN(ctx, old.sql, store.At(old.before), sweepBatch)
				return err
			})
			if err != nil {
				return err
			}
			if n < sweepBatch {
				break
			}
		}
	}
	return nil
}
