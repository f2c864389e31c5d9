// SPDX-License-Identifier: Apache-2.0

package series

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
)

// TestSeriesAcrossShards: the log ends in the middle of a day, with a notice
// waiting for its place. Nobody's numbers have a gap, the root of the day
// covers both logs, and the file passes for somebody who has nothing but the
// first key and the chain.
func TestSeriesAcrossShards(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		o, err := ledger.OpenChain(ctx, r.db, filepath.Join(t.TempDir(), "ledger.key"), testOrigin)
		if err != nil {
			t.Fatal(err)
		}
		l, err := ledger.New(ledger.Deps{
			DB: r.db, Clock: r.clk, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Origin: testOrigin,
			Signer: o.First.Signer(), Verifier: o.First.VKey(), Keys: o.Ring.Key,
		})
		if err != nil {
			t.Fatal(err)
		}
		r.Service, r.key = &Service{d: Deps{DB: r.db, Log: r.d.Log, Ledger: l, Depth: testDepth}, batch: 4}, o.First
		turn := func() {
			t.Helper()
			if err := l.TurnSame(ctx, l.Origin(), ledger.WhyShard); err != nil {
				t.Fatal(err)
			}
		}
		day := func() {
			t.Helper()
			r.clk.Advance(24 * time.Hour)
			r.number(t)
			r.sequence(t)
		}
		r.arrive(t, "a")
		r.sequence(t)
		r.number(t)
		r.arrive(t, "a")
		r.arrive(t, "b")
		turn() // both wait
		r.sequence(t)
		r.arrive(t, "a")
		r.sequence(t)
		r.number(t)
		r.sequence(t)
		day()
		turn() // nothing waits
		day()
		r.arrive(t, "a")
		r.sequence(t)
		r.number(t)
		day()
		kept := r.kept(t, "a")
		if len(kept) != 4 || kept[0].Origin != testOrigin || kept[1].Origin == testOrigin || kept[3].Origin != l.Origin() {
			t.Fatalf("%+v", kept)
		}
		if found, err := Audit(ctx, r.db, l); err != nil || len(found) != 0 {
			t.Errorf("audit: %v, %v", found, err)
		}
		chain, err := l.Chain(ctx)
		if err != nil {
			t.Fatal(err)
		}
		trusted, turns, err := receipt.Options{Keys: []string{o.First.VKey()}}.Follow(chain)
		if err != nil || len(turns) != 2 {
			t.Fatalf("%+v, %v", turns, err)
		}
		file := r.export(t, "a", 1, 4).bytes(t)
		got, err := Check(file, trusted)
		if err != nil || got.Lines != 4 || len(got.Days) != 3 || got.Days[0].New != 3 || got.Days[1].New != 0 || got.Days[2].New != 1 {
			t.Errorf("%+v, %v", got, err)
		}
	})
}
