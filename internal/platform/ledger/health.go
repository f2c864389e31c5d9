// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// lateAfter is how long a record may wait for its place before that counts as
// a fault, or three intervals if that is longer.
const lateAfter = 30 * time.Second

// The states of a log, as an operator is told them.
const (
	Sequencing = "sequencing" // a process does the work and nothing waits too long
	Late       = "late"       // a record has waited too long
	Stopped    = "stopped"    // no process holds the lease
	Corrupt    = "corrupt"    // this process found damage: see Audit
	Differs    = "differs"    // the last audit found something
)

// Health is how the work on the log stands.
type Health struct {
	State   string
	Pending int64         // records without a place
	Oldest  time.Duration // how long the oldest of them has waited
	Signed  time.Time     // when the newest checkpoint was signed; zero: never
	Differs string        // what the last audit found first; "": nothing
}

// healthRow is what sqlHealth reads.
type healthRow struct {
	Pending int64      `db:"pending"`
	Oldest  store.Time `db:"oldest_us"`
	Until   store.Time `db:"until_us"`
	Signed  store.Time `db:"signed_us"`
}

// Health tells how the work on the log stands, in whichever process it is done.
func (l *Ledger) Health(ctx context.Context) (_ Health, err error) {
	defer errs.Wrap(&err, "ledger.Health")
	s, before, err := l.follow(ctx)
	if err != nil {
		return Health{}, err
	}
	row, err := store.One[healthRow](ctx, l.db, sqlHealth, s.origin, append(originsOf(before), s.origin), l.origin)
	if err != nil {
		return Health{}, err
	}
	audits, err := l.LastAudits(ctx)
	if err != nil {
		return Health{}, err
	}
	now := l.clock.Now()
	h := Health{State: Sequencing, Pending: row.Pending, Signed: row.Signed.Time}
	if row.Pending > 0 {
		h.Oldest = max(now.Sub(row.Oldest.Time), 0)
	}
	for _, a := range audits {
		if a.First != "" && h.Differs == "" {
			h.Differs = a.First
		}
	}
	switch {
	case l.corrupt.Load():
		h.State = Corrupt
	case now.After(row.Until.Add(l.interval)): // Run claims once in an interval
		h.State = Stopped
	case h.Differs != "":
		h.State = Differs
	case h.Oldest > max(lateAfter, 3*l.interval):
		h.State = Late
	}
	return h, nil
}

// metrics are what an operator watches.
type metrics struct{ pending, oldest, age prometheus.Gauge }

func newMetrics(reg prometheus.Registerer) metrics {
	gauge := func(name, help string) prometheus.Gauge {
		g := prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
		if reg != nil {
			reg.MustRegister(g)
		}
		return g
	}
	return metrics{
		pending: gauge("tarazu_ledger_pending", "Records that have no place in the evidence log yet."),
		oldest:  gauge("tarazu_ledger_oldest_pending_seconds", "How long the oldest of them has waited."),
		age:     gauge("tarazu_ledger_checkpoint_age_seconds", "Age of the newest checkpoint. It grows while there is nothing to sign; -1: none yet."),
	}
}

// Refresh brings the gauges up to date; it is called when they are asked for.
func (l *Ledger) Refresh(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "ledger.Refresh")
	h, err := l.Health(ctx)
	if err != nil {
		return err
	}
	l.metrics.pending.Set(float64(h.Pending))
	l.metrics.oldest.Set(h.Oldest.Seconds())
	age := -1.0
	if !h.Signed.IsZero() {
		age = max(l.clock.Now().Sub(h.Signed).Seconds(), 0)
	}
	l.metrics.age.Set(age)
	return nil
}
