// SPDX-License-Identifier: Apache-2.0

package office

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	jobSweep   = "office.sweep"
	jobVouched = "office.end_vouchings"
	// visitFor is how long a visit that came to nothing is kept.
	visitFor = 24 * time.Hour
)

// Jobs registers what the module does in the background. Call it once.
func (s *Service) Jobs() {
	s.d.Jobs.Periodic(jobSweep, time.Hour, s.sweep)
	s.d.Jobs.Periodic(jobVouched, time.Hour, s.endVouchings)
	jobs.Subscribe(s.d.Jobs, "office", s.onMerged)
	jobs.Subscribe(s.d.Jobs, "office", s.onUnmerged)
}

// sweep forgets clients for whom nothing was done, and their pictures.
func (s *Service) sweep(ctx context.Context) error {
	err := s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		if err := tx.Exec(ctx, sqlDropVisits, store.At(tx.Now().Add(-visitFor))); err != nil {
			return err
		}
		return tx.Exec(ctx, sqlDropVouchers)
	})
	if err != nil {
		return err
	}
	_, err = s.d.Blobs.Sweep(ctx, blobs, visitFor, func(ctx context.Context, keys []string) (map[string]bool, error) {
		needed := make(map[string]bool, len(keys))
		for _, key := range keys {
			_, found, err := store.Find[string](ctx, s.d.DB, sqlVisitOfBlob, key)
			if err != nil {
				return nil, err
			}
			needed[key] = found
		}
		return needed, nil
	})
	return err
}
