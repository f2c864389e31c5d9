// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"errors"
	"fmt"

	"github.com/tarazu/tarazu/internal/app"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// evidenceRate is how many records a second the log is to keep up with.
const evidenceRate = 1000

const recordsSQL = `SELECT id, idx FROM ledger_entry WHERE owner = $1 AND idx IS NOT NULL`

// evidence measures, with jobs and sequencer at work, how long after its commit
// a record of evidence is covered by a checkpoint, when records come one by one
// at the rate that the log must keep up with.
func (r *rig) evidence(ctx context.Context, t *table) error {
	dsn, err := r.dbs.copy(ctx, r.plain)
	if err != nil {
		return err
	}
	err = r.with(ctx, dsn, app.Options{}, func(a *app.App) error {
		s, err := r.receiptsAt(ctx, a, evidenceRate,
			func(ctx context.Context, i int) (id string, err error) {
				err = a.DB.WriteBlind(ctx, func(tx *store.Tx) error {
					id, err = a.Ledger.StageTx(ctx, tx, ledger.Record{
						Event: "bench.evidence", Owner: r.people[i%len(r.people)].ID, Subject: fmt.Sprint(i), Actor: r.people[i%len(r.people)].ID, Role: "citizen",
						Content: fmt.Appendf(nil, `{"n":%d}`, i),
					})
					return err
				})
				return id, err
			},
			func(ctx context.Context) (map[string]int64, error) { return r.placesOf(ctx, a, recordsSQL) })
		if err == nil {
			t.add(Row{What: fmt.Sprintf("receipt after commit, %d records of evidence/s", evidenceRate), Wanted: "p99 ≤ 2.5s",
				Against: fmt.Sprintf("a checkpoint each %v", a.Config.Ledger.Interval)}, s, sample{})
		}
		return err
	})
	return errors.Join(err, r.dbs.drop(context.WithoutCancel(ctx), dsn))
}

// placesOf reads where things of the prepared people stand in the log.
func (r *rig) placesOf(ctx context.Context, a *app.App, query string) (map[string]int64, error) {
	out := map[string]int64{}
	for _, p := range r.people {
		rows, err := store.All[struct {
			ID    string `db:"id"`
			Index int64  `db:"idx"`
		}](ctx, a.DB, query, p.ID)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			out[row.ID] = row.Index
		}
	}
	return out, nil
}
