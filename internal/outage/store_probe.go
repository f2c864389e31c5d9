// SPDX-License-Identifier: Apache-2.0

package outage

import (
	"context"
	"encoding/json"
	"time"

	"github.com/tarazu/tarazu/internal/platform/store"
)

// leaseName is the one lease there is.
const leaseName = "prober"

const (
	selectLastBeat = `SELECT coalesce(max(beat_us), 0) FROM outage_process`
	upsertProcess  = `INSERT INTO outage_process (id, started_us, beat_us, failing) VALUES ($1, $2, $3, $4)
		ON CONFLICT (id) DO UPDATE SET beat_us = $3, failing = $4`
	selectOthers = `SELECT failing FROM outage_process WHERE id <> $1 AND beat_us >= $2`
	dropProcess  = `DELETE FROM outage_process WHERE id <> $1 AND beat_us < $2`

	addLease  = `INSERT INTO outage_lease (name, holder, until_us) VALUES ($1, '', 0) ON CONFLICT (name) DO NOTHING`
	takeLease = `UPDATE outage_lease SET holder = $2, until_us = $3 WHERE name = $1 AND (holder = $2 OR until_us < $4)`

	selectProbed = `SELECT i.id, i.version, i.part, i.from_us, i.to_us, i.cause, i.origin, i.text_fa, i.text_en, i.withdrawn, i.evidence_id,
		i.changed_us, v.by_person FROM outage_interval i JOIN outage_version v ON v.interval_id = i.id AND v.version = i.version
		WHERE i.part = $1 AND i.origin <> 'declared' ORDER BY i.from_us DESC, i.id DESC LIMIT 20`
	selectProbedOpen = `SELECT part, from_us FROM outage_interval WHERE to_us = 0 AND NOT withdrawn AND origin <> 'declared'`
)

// lastBeat is when any process last told of itself; zero: never.
func lastBeat(ctx context.Context, q store.Querier) (time.Time, error) {
	t, err := store.One[store.Time](ctx, q, selectLastBeat)
	return t.Time, err
}

// exchange tells of this process and hears of the others that are alive.
func exchange(ctx context.Context, tx *store.Tx, id string, started, now, alive time.Time, failing []string) (others [][]string, err error) {
	text, err := json.Marshal(failing)
	if err != nil {
		return nil, err
	}
	if err := tx.Exec(ctx, upsertProcess, id, store.At(started), store.At(now), string(text)); err != nil {
		return nil, err
	}
	rows, err := store.All[string](ctx, tx, selectOthers, id, store.At(alive))
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		var list []string
		if err := json.Unmarshal([]byte(r), &list); err != nil {
			return nil, err
		}
		others = append(others, list)
	}
	return others, nil
}

// lead tells whether this process writes intervals now.
func lead(ctx context.Context, tx *store.Tx, id string, now, until time.Time) (bool, error) {
	if err := tx.Exec(ctx, addLease, leaseName); err != nil {
		return false, err
	}
	n, err := tx.ExecN(ctx, takeLease, leaseName, id, store.At(until), store.At(now))
	return n == 1, err
}

type openRow struct {
	Part string     `db:"part"`
	From store.Time `db:"from_us"`
}

// openParts are the parts that probes say are out of use, with since when.
func openParts(ctx context.Context, q store.Querier) (map[string]time.Time, error) {
	rows, err := store.All[openRow](ctx, q, selectProbedOpen)
	out := make(map[string]time.Time, len(rows))
	for _, r := range rows {
		out[r.Part] = r.From.Time
	}
	return out, err
}

type knownRow struct {
	intervalRow
	Person string `db:"by_person"`
}

// probed are the last intervals of a part that probes opened.
func probed(ctx context.Context, q store.Querier, part string) ([]known, error) {
	rows, err := store.All[knownRow](ctx, q, selectProbed, part)
	out := make([]known, len(rows))
	for i, r := range rows {
		out[i] = known{Interval: r.interval(), byHand: r.Person != ""}
	}
	return out, err
}
