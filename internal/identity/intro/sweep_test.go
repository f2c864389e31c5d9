// SPDX-License-Identifier: Apache-2.0

package intro

import (
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/store"
)

// The rows of an upload that was cut short are forgotten after a day, those of a
// file that was read to its end stay.
func TestSweep(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx, at := w.Context(), store.At(w.clk.Now())
		err := w.db.Write(ctx, func(tx *store.Tx) error {
			for _, state := range []State{Reading, Checked} {
				b := batchRow{ID: string(state), Kind: "lawyers", State: state, Created: at, Changed: at}
				if err := store.Insert(ctx, tx, "identity_intro_batch", b); err != nil {
					return err
				}
				if err := store.Insert(ctx, tx, "identity_intro_row", rowRow{Batch: b.ID, N: 1, NationalCode: "0000000000", Cells: "{}"}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			w.Fatal(err)
		}
		sweepAndCount(w, 2)
		w.clk.Advance(readWithin + time.Minute)
		sweepAndCount(w, 1)
	})
}

func sweepAndCount(w *world, want int64) {
	w.Helper()
	if err := w.s.sweep(w.Context()); err != nil {
		w.Fatal(err)
	}
	for _, sql := range []string{`SELECT count(*) FROM identity_intro_batch`, `SELECT count(*) FROM identity_intro_row`} {
		if n, err := store.One[int64](w.Context(), w.db, sql); err != nil || n != want {
			w.Errorf("%s: %d, %v; want %d", sql, n, err, want)
		}
	}
}
