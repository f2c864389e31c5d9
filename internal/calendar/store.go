// SPDX-License-Identifier: Apache-2.0

package calendar

import (
	"context"
	"embed"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/store"
)

//go:embed migrations
var migrationFiles embed.FS

// Migrations are the module's schema steps, 12001 and on.
var Migrations = store.Migrations{Module: "calendar", FS: migrationFiles}

type entryRow struct {
	Day         civil.Day  `db:"day"`
	Province    string     `db:"province"`
	Kind        string     `db:"kind"`
	Version     int64      `db:"version"`
	ID          string     `db:"id"`
	Closed      bool       `db:"closed"`
	Courts      bool       `db:"courts"`
	Provisional bool       `db:"provisional"`
	NameFA      string     `db:"name_fa"`
	NameEN      string     `db:"name_en"`
	Source      string     `db:"source"`
	PublishedBy string     `db:"published_by"`
	PublishedAt store.Time `db:"published_at"`
}

// A published year has some thirty entries, so all are read at once.
const selectEntries = `SELECT day, province, kind, version, id, closed, courts, provisional,
	name_fa, name_en, source, published_by, published_at
	FROM calendar_closure ORDER BY day, province, kind, version`

func allEntries(ctx context.Context, q store.Querier) ([]Entry, error) {
	rows, err := store.All[entryRow](ctx, q, selectEntries)
	if err != nil {
		return nil, err
	}
	out := make([]Entry, len(rows))
	for i, r := range rows {
		out[i] = Entry{
			Closure: Closure{
				Date: r.Day, Province: r.Province, Kind: r.Kind, Closed: r.Closed, Courts: r.Courts,
				Provisional: r.Provisional, Name: Text{FA: r.NameFA, EN: r.NameEN}, Source: r.Source,
			},
			ID: r.ID, Version: r.Version, PublishedBy: r.PublishedBy, PublishedAt: r.PublishedAt,
		}
	}
	return out, nil
}

const selectLastVersion = `SELECT coalesce(max(version), 0) FROM calendar_closure
	WHERE day = $1 AND province = $2 AND kind = $3`

func lastVersion(ctx context.Context, q store.Querier, k closureKey) (int64, error) {
	return store.One[int64](ctx, q, selectLastVersion, k.date, k.province, k.kind)
}

func insertEntry(ctx context.Context, tx *store.Tx, e Entry) error {
	return store.Insert(ctx, tx, "calendar_closure", entryRow{
		Day: e.Date, Province: e.Province, Kind: e.Kind, Version: e.Version, ID: e.ID,
		Closed: e.Closed, Courts: e.Courts, Provisional: e.Provisional,
		NameFA: e.Name.FA, NameEN: e.Name.EN, Source: e.Source,
		PublishedBy: e.PublishedBy, PublishedAt: e.PublishedAt,
	})
}
