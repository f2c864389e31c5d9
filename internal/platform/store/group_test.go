// SPDX-License-Identifier: Apache-2.0

package store_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
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

// TestManyRefusals: a batch in which most acts fail costs two runs of each, not
// one run for each failure.
func TestManyRefusals(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		ctx := t.Context()
		var runs, done atomic.Int64
		var wg sync.WaitGroup
		for i := range 200 {
			wg.Go(func() {
				err := db.Write(ctx, func(tx *store.Tx) error {
					runs.Add(1)
					if err := store.Insert(ctx, tx, "thing", thing{Owner: "o", ID: fmt.Sprint(i), Body: []byte{}}); err != nil {
						return err
					}
					if i%10 != 0 {
						return errs.New(errs.Invalid, "")
					}
					return nil
				})
				if err == nil {
					done.Add(1)
				}
			})
		}
		wg.Wait()
		n, err := store.One[int64](ctx, db, countAll)
		if err != nil || n != 20 || done.Load() != 20 {
			t.Errorf("%d rows, %d acknowledged, %v; want 20", n, done.Load(), err)
		}
		if runs.Load() > 400 {
			t.Errorf("200 acts ran %d times", runs.Load())
		}
	})
}

// TestWhatCannotBeSent: an act with an argument that no engine takes, or with a statement
// that none understands, is refused alone, whoever it shares its transaction with.
func TestWhatCannotBeSent(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		ctx := t.Context()
		const acts = 64
		for how, act := range map[string]func(tx *store.Tx, id string) error{
			"counted": func(tx *store.Tx, id string) error { return tx.ExecOne(ctx, addOne, "o", id) },
			"losable": func(tx *store.Tx, id string) error { tx.MayBeLost(); return tx.Exec(ctx, addOne, "o", id) },
			"plain":   func(tx *store.Tx, id string) error { return tx.Exec(ctx, addOne, "o", id) },
		} {
			for _, bad := range []func(tx *store.Tx) error{
				func(tx *store.Tx) error { return tx.Exec(ctx, addOne, "o", make(chan int)) },
				func(tx *store.Tx) error { return tx.Exec(ctx, "UPDATE nothing SET x = 1") },
			} {
				err := db.Write(ctx, func(tx *store.Tx) error {
					if err := tx.Exec(ctx, "DELETE FROM thing"); err != nil {
						return err
					}
					return store.Insert(ctx, tx, "thing", thing{Owner: "o", ID: how, Body: []byte{}})
				})
				if err != nil {
					t.Fatal(err)
				}
				var done, refused atomic.Int64
				var wg sync.WaitGroup
				for i := range acts {
					wg.Go(func() {
						err := db.WriteBlind(ctx, func(tx *store.Tx) error {
							if i%8 == 0 {
								if how == "losable" {
									tx.MayBeLost()
								}
								return bad(tx)
							}
							return act(tx, how)
						})
						if err != nil {
							refused.Add(1)
						} else {
							done.Add(1)
						}
					})
				}
				wg.Wait()
				got, err := store.One[thing](ctx, db, selThing, "o", how)
				if err != nil || got.N != done.Load() || refused.Load() != acts/8 {
					t.Errorf("%s: %d done, %d refused, %d counted, %v", how, done.Load(), refused.Load(), got.N, err)
				}
			}
		}
	})
}
