// SPDX-License-Identifier: Apache-2.0

package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

// TestBehindMakesRoom: of many transactions behind only two are under way, others go
// on beside them, and who gives up waiting leaves no trace.
func TestBehindMakesRoom(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		if db.Engine() != store.Postgres {
			t.Skip("SQLite has one writer")
		}
		behind := store.Behind(t.Context())
		begun, release := make(chan struct{}), make(chan struct{})
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() {
				if err := db.Write(behind, func(*store.Tx) error {
					begun <- struct{}{}
					<-release
					return nil
				}); err != nil {
					t.Error(err)
				}
			})
		}
		<-begun
		<-begun
		if err := db.Write(t.Context(), func(*store.Tx) error { return nil }); err != nil {
			t.Error(err)
		}
		gone, cancel := context.WithCancel(behind)
		cancel()
		if err := db.Write(gone, func(*store.Tx) error { t.Error("went on"); return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("who gave up was told %v", err)
		}
		select {
		case <-begun:
			t.Error("a third is under way")
		default:
		}
		close(release)
		for range 3 {
			<-begun
		}
		wg.Wait()
	})
}
