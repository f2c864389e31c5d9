// SPDX-License-Identifier: Apache-2.0

package intro

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	jobSweep = "identity.intro_sweep"
	// readWithin is how long the rows of a file may take to be kept: after that the
	// upload was cut short, and its rows are of people who were never introduced.
	readWithin = 24 * time.Hour
	sweepMost  = 20 // files in one run
)

const (
	sqlCutShort  = `SELECT id FROM identity_intro_batch WHERE state = 'reading' AND changed_us < $1 ORDER BY id LIMIT $2`
	sqlDropRows  = `DELETE FROM identity_intro_row WHERE batch = $1`
	sqlDropBatch = `DELETE FROM identity_intro_batch WHERE id = $1 AND state = 'reading'`
)

// sweep forgets files whose upload was cut short.
func (s *Service) sweep(ctx context.Context) error {
	list, err := store.All[string](ctx, s.d.DB, sqlCutShort, store.At(s.d.Clock.Now().Add(-readWithin)), sweepMost)
	if err != nil {
		return err
	}
	for _, batch := range list {
		err := s.d.DB.Write(ctx, func(tx *store.Tx) error {
			n, err := tx.ExecN(ctx, sqlDropBatch, batch)
			if err != nil || n == 0 { // it was read to its end meanwhile
				return err
			}
			return tx.Exec(ctx, sqlDropRows, batch)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
