// SPDX-License-Identifier: Apache-2.0

package app

import (
	"log/slog"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/config"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

// TestDemoWitnesses: three bodies watch the log of a demo country over HTTP,
// and two must sign before a receipt is handed out.
func TestDemoWitnesses(t *testing.T) {
	t.Parallel()
	storetest.Each(t, []store.Migrations{ledger.Migrations}, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		const origin = "log.demo/1"
		k, _, err := ledger.NewKey(origin)
		if err != nil {
			t.Fatal(err)
		}
		w, err := newWatchers(t.Context(), clk, slog.New(slog.DiscardHandler), k.VKey())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := w.close(t.Context()); err != nil {
				t.Error(err)
			}
		})
		list, quorum := witnesses(config.Config{}, &Doubles{watchers: w})
		l, err := ledger.New(ledger.Deps{DB: db, Clock: clk, Signer: k.Signer(), Verifier: k.VKey(), Origin: origin, Witnesses: list, Quorum: quorum})
		if err != nil {
			t.Fatal(err)
		}
		var id string
		err = db.Write(t.Context(), func(tx *store.Tx) (err error) {
			id, err = l.StageTx(t.Context(), tx, ledger.Record{Event: "x.y", Owner: "o"})
			return err
		})
		if err == nil {
			_, err = l.Sequence(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, down := range w.all[:2] {
			if err := down.faults.Set(sandbox.Fault{Mode: sandbox.Down, How: sandbox.Busy}); err != nil {
				t.Fatal(err)
			}
		}
		ask := func() (receipt.Report, error) {
			if _, err := l.CosignNow(t.Context()); err != nil {
				t.Fatal(err)
			}
			file, err := l.Receipt(t.Context(), "o", id)
			if err != nil {
				return receipt.Report{}, err
			}
			return receipt.Verify(file, receipt.Options{Keys: []string{l.VKey()}, Witnesses: l.WitnessKeys(), Quorum: quorum})
		}
		if _, err := ask(); !errs.Is(err, errs.Conflict) {
			t.Errorf("one witness of three: %v", err)
		}
		if err := w.all[0].faults.Set(sandbox.Fault{Mode: sandbox.OK}); err != nil {
			t.Fatal(err)
		}
		clk.Advance(time.Minute)
		if r, err := ask(); err != nil || len(r.Witnesses) != 2 {
			t.Errorf("two witnesses of three: %+v, %v", r, err)
		}
	})
}
