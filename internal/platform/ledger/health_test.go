// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/store"
)

func TestHealth(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Ledger, clk *clock.Fake) {
		ctx := t.Context()
		is := func(want Health) {
			t.Helper()
			h, err := l.Health(ctx)
			if err != nil || h.State != want.State || h.Pending != want.Pending || h.Oldest != want.Oldest || !h.Signed.Equal(want.Signed) {
				t.Errorf("health %+v, %v; want %+v", h, err, want)
			}
		}
		is(Health{State: Stopped}) // nobody has begun
		le := &lease{holder: id.New()}
		l.tick(ctx, le)
		is(Health{State: Sequencing})
		stage(t, l, "p1", 3)
		clk.Advance(2 * time.Second)
		stage(t, l, "p1", 1)
		is(Health{State: Sequencing, Pending: 4, Oldest: 2 * time.Second})
		clk.Advance(time.Second)
		signed := clk.Now()
		l.tick(ctx, le)
		is(Health{State: Sequencing, Signed: signed})
		clk.Advance(leaseFor + l.interval - 3*time.Second) // since the first tick
		is(Health{State: Sequencing, Signed: signed})
		clk.Advance(time.Second) // it has not renewed its lease
		is(Health{State: Stopped, Signed: signed})

		// A process that holds the lease and gets nowhere.
		stage(t, l, "p1", 1)
		for range 31 {
			clk.Advance(time.Second)
			if err := l.claim(ctx, le); err != nil || !le.held {
				t.Fatalf("held %v, %v", le.held, err)
			}
		}
		is(Health{State: Late, Pending: 1, Oldest: 31 * time.Second, Signed: signed})
		l.tick(ctx, le)
		is(Health{State: Sequencing, Signed: clk.Now()})
		signed = clk.Now()

		if err := l.release(ctx, le); err != nil {
			t.Fatal(err)
		}
		is(Health{State: Stopped, Signed: signed})

		// Damage: it is told as long as it is there.
		root := []byte("not the root of this tree .......")[:32]
		tamper := func(root []byte) {
			t.Helper()
			err := l.db.Write(ctx, func(tx *store.Tx) error { return tx.ExecOne(ctx, `UPDATE ledger_head SET root = $1`, root) })
			if err != nil {
				t.Fatal(err)
			}
		}
		good, err := store.One[[]byte](ctx, l.db, `SELECT root FROM ledger_head`)
		if err != nil {
			t.Fatal(err)
		}
		tamper(root)
		for range 3 {
			l.tick(ctx, le)
			clk.Advance(time.Second)
			is(Health{State: Corrupt, Signed: signed})
		}
		tamper(good)
		clk.Advance(leaseFor)
		l.tick(ctx, le)
		is(Health{State: Sequencing, Signed: signed})
	})
}

// TestHealthOfASlowLog: where a checkpoint is made once an hour, an hour is not
// late.
func TestHealthOfASlowLog(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Ledger, clk *clock.Fake) {
		l.interval = time.Hour
		le := &lease{holder: id.New()}
		l.tick(t.Context(), le)
		stage(t, l, "p1", 1)
		clk.Advance(time.Hour)
		if h, err := l.Health(t.Context()); err != nil || h.State != Sequencing || h.Oldest != time.Hour {
			t.Errorf("health %+v, %v", h, err)
		}
	})
}

func TestGauges(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Ledger, clk *clock.Fake) {
		reg := prometheus.NewRegistry()
		l.metrics = newMetrics(reg)
		is := func(pending, oldest, age float64) {
			t.Helper()
			if err := l.Refresh(t.Context()); err != nil {
				t.Fatal(err)
			}
			got := map[string]float64{}
			all, err := reg.Gather()
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range all {
				got[m.GetName()] = m.GetMetric()[0].GetGauge().GetValue()
			}
			if got["tarazu_ledger_pending"] != pending || got["tarazu_ledger_oldest_pending_seconds"] != oldest || got["tarazu_ledger_checkpoint_age_seconds"] != age {
				t.Errorf("gauges %v; want %v, %v, %v", got, pending, oldest, age)
			}
		}
		is(0, 0, -1)
		stage(t, l, "p1", 2)
		clk.Advance(5 * time.Second)
		is(2, 5, -1)
		sequence(t, l, 2)
		clk.Advance(7 * time.Second)
		is(0, 0, 7)
	})
}
