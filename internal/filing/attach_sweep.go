// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/platform/store"
)

// blobs is the first part of the keys of this module's blobs.
const blobs = "filing"

// orphanAge is how old a blob without a row must be to be removed: far older
// than any act that might still commit the row. sweepBlobsEvery is how often
// they are looked for.
const (
	orphanAge       = 24 * time.Hour
	sweepBlobsEvery = 24 * time.Hour
)

const selectBlob = `SELECT blob FROM filing_attachment WHERE blob = $1 UNION ALL SELECT blob FROM filing_paper WHERE blob = $1`

// sweepBlobs removes what no row names: uploads that were cut short, files that
// were taken back, and those of drafts that were given up.
func (s *Service) sweepBlobs(ctx context.Context) error {
	n, err := s.d.Blobs.Sweep(ctx, blobs, orphanAge, func(ctx context.Context, keys []string) (map[string]bool, error) {
		needed := map[string]bool{}
		for _, k := range keys {
			_, found, err := store.Find[string](ctx, s.d.DB, selectBlob, k)
			if err != nil {
				return nil, err
			}
			needed[k] = found
		}
		return needed, nil
	})
	if n > 0 {
		s.d.Log.InfoContext(ctx, "filing: blobs without a row were removed", "count", n)
	}
	return err
}
