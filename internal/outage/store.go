// SPDX-License-Identifier: Apache-2.0

package outage

import (
	"context"
	"embed"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// Migrations are the module's schema steps, 26001 and on.
var Migrations = store.Migrations{Module: "outage", FS: migrationFiles}

type intervalRow struct {
	ID        string     `db:"id"`
	Version   int64      `db:"version"`
	Part      string     `db:"part"`
	From      store.Time `db:"from_us"`
	To        store.Time `db:"to_us"`
	Cause     string     `db:"cause"`
	Origin    string     `db:"origin"`
	TextFA    string     `db:"text_fa"`
	TextEN    string     `db:"text_en"`
	Withdrawn bool       `db:"withdrawn"`
	Evidence  string     `db:"evidence_id"`
	Changed   store.Time `db:"changed_us"`
}

func rowOf(i Interval) intervalRow {
	return intervalRow{
		ID: i.ID, Version: i.Version, Part: i.Part, From: store.At(i.From), To: store.At(i.To), Cause: string(i.Cause), Origin: string(i.Origin),
		TextFA: i.Text.FA, TextEN: i.Text.EN, Withdrawn: i.Withdrawn, Evidence: i.Evidence, Changed: store.At(i.Changed),
	}
}

func (r intervalRow) interval() Interval {
	return Interval{
		ID: r.ID, Version: r.Version, Part: r.Part, From: r.From.Time, To: r.To.Time, Cause: Cause(r.Cause), Origin: Origin(r.Origin),
		Text: Text{r.TextFA, r.TextEN}, Withdrawn: r.Withdrawn, Evidence: r.Evidence, Changed: r.Changed.Time,
	}
}

func intervalsOf(rows []intervalRow) []Interval {
	out := make([]Interval, len(rows))
	for i, r := range rows {
		out[i] = r.interval()
	}
	return out
}

const (
	selectInterval = `SELECT id, version, part, from_us, to_us, cause, origin, text_fa, text_en, withdrawn, evidence_id, changed_us
		FROM outage_interval WHERE id = $1`
	selectTouching = `SELECT id, version, part, from_us, to_us, cause, origin, text_fa, text_en, withdrawn, evidence_id, changed_us
		FROM outage_interval WHERE part = ANY($1) AND from_us < $3 AND (to_us = 0 OR to_us > $2) AND NOT withdrawn ORDER BY from_us, id`

	updateInterval = `UPDATE outage_interval SET version = $2, part = $3, from_us = $4, to_us = $5, cause = $6, text_fa = $7, text_en = $8,
		withdrawn = $9, evidence_id = $10, changed_us = $11 WHERE id = $1 AND version = $12`
)

func loadInterval(ctx context.Context, q store.Querier, id string) (Interval, error) {
	r, found, err := store.Find[intervalRow](ctx, q, selectInterval, id)
	if err == nil && !found {
		err = errs.New(errs.NotFound, "outage.not_found")
	}
	return r.interval(), err
}

type versionRow struct {
	Interval string `db:"interval_id"`
	Version  int64  `db:"version"`
	Act      string `db:"act"`
	versionFacts
	Reason string `db:"reason"`
	Person string `db:"by_person"`
	Role   string `db:"by_role"`
}

// versionFacts are the columns of a version that an interval has too.
type versionFacts struct {
	Part      string     `db:"part"`
	From      store.Time `db:"from_us"`
	To        store.Time `db:"to_us"`
	Cause     string     `db:"cause"`
	Origin    string     `db:"origin"`
	TextFA    string     `db:"text_fa"`
	TextEN    string     `db:"text_en"`
	Withdrawn bool       `db:"withdrawn"`
	Evidence  string     `db:"evidence_id"`
	Changed   store.Time `db:"changed_us"`
}

func (r versionRow) version() Version {
	f := r.versionFacts
	return Version{
		Interval: Interval{
			ID: r.Interval, Version: r.Version, Part: f.Part, From: f.From.Time, To: f.To.Time, Cause: Cause(f.Cause), Origin: Origin(f.Origin),
			Text: Text{f.TextFA, f.TextEN}, Withdrawn: f.Withdrawn, Evidence: f.Evidence, Changed: f.Changed.Time,
		},
		Act: Act(r.Act), Reason: r.Reason, Person: r.Person, Role: r.Role,
	}
}

func insertVersion(ctx context.Context, tx *store.Tx, v Version) error {
	r := rowOf(v.Interval)
	return store.Insert(ctx, tx, "outage_version", versionRow{
		Interval: r.ID, Version: r.Version, Act: string(v.Act),
		versionFacts: versionFacts{r.Part, r.From, r.To, r.Cause, r.Origin, r.TextFA, r.TextEN, r.Withdrawn, r.Evidence, r.Changed},
		Reason:       v.Reason, Person: v.Person, Role: v.Role,
	})
}

const selectVersions = `SELECT interval_id, version, act, part, from_us, to_us, cause, origin, text_fa, text_en, withdrawn, reason,
	by_person, by_role, evidence_id, changed_us FROM outage_version WHERE interval_id = $1 ORDER BY version`
