// SPDX-License-Identifier: Apache-2.0

package store_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

// TestRefusedFindsTheOther: of two acts with one key that run at once, the one
// that is refused finds what the other did, also when both share a commit.
func TestRefusedFindsTheOther(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		ctx := context.Background()
		for round := range 40 {
			var wg sync.WaitGroup
			for caller := range 32 { // sixteen pairs, so that they meet in one commit
				key := fmt.Sprintf("%d-%d", round, caller/2)
				wg.Go(func() {
					err := db.WriteBlind(ctx, func(tx *store.Tx) error {
						return store.Insert(ctx, tx, "thing", thing{Owner: "o", ID: key, Body: []byte{}})
					})
					if err == nil {
						return
					}
					if !errs.Is(err, errs.Conflict) {
						t.Error(err)
					}
					if _, found, err := store.Find[thing](ctx, db, selThing, "o", key); err != nil || !found {
						t.Errorf("refused because of %s, which is not there (%v)", key, err)
					}
				})
			}
			wg.Wait()
		}
	})
}
