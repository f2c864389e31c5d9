// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// auditHour is when the night's audit begins, in Tehran; auditEvery is the
// least time between two, and auditLate is when one is made whatever the hour.
const (
	auditHour  = 2
	auditEvery = 20 * time.Hour
	auditLate  = 30 * time.Hour
)

// Audited is what an audit of a log came to.
type Audited struct {
	Origin   string
	Size     int64 // of the log that was looked at
	At       time.Time
	Took     time.Duration
	Findings int64
	First    string // the first finding, without names of people; "": none
}

// auditRow is a row of ledger_audit.
type auditRow struct {
	Origin   string     `db:"origin"`
	At       store.Time `db:"at_us"`
	TookUS   int64      `db:"took_us"`
	Size     int64      `db:"size"`
	Findings int64      `db:"findings"`
	First    string     `db:"first_found"`
}

func (r auditRow) audited() Audited {
	return Audited{Origin: r.Origin, Size: r.Size, At: r.At.Time, Took: time.Duration(r.TookUS) * time.Microsecond, Findings: r.Findings, First: r.First}
}

// LastAudits are the newest kept audit of each log, by name.
func (l *Ledger) LastAudits(ctx context.Context) (_ []Audited, err error) {
	defer errs.Wrap(&err, "ledger.LastAudits")
	rows, err := store.All[auditRow](ctx, l.db, sqlLastAudits)
	var out []Audited
	for _, r := range rows {
		out = append(out, r.audited())
	}
	return out, err
}

// AuditDue is the night's work: it recomputes every log from its rows when it
// is time, keeps what came of it, and says loudly if something differs. It is
// called each hour, in one process at a time.
func (l *Ledger) AuditDue(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "ledger.AuditDue")
	last, err := l.LastAudits(ctx)
	if err != nil {
		return err
	}
	var newest time.Time
	for _, a := range last {
		if a.At.After(newest) {
			newest = a.At
		}
	}
	now := l.clock.Now()
	since := now.Sub(newest)
	if since < auditEvery || since < auditLate && now.In(clock.Tehran).Hour() != auditHour {
		return nil
	}
	_, err = l.AuditAll(ctx)
	return err
}

// AuditAll audits every log, keeps what came of each, and returns it with all
// findings.
func (l *Ledger) AuditAll(ctx context.Context) (_ []Finding, err error) {
	defer errs.Wrap(&err, "ledger.AuditAll")
	logs, err := l.Shards(ctx)
	if err != nil {
		return nil, err
	}
	all, err := l.orphans(ctx)
	if err != nil {
		return nil, err
	}
	if len(logs) == 0 && len(all) > 0 {
		logs = []Log{{Origin: l.origin}}
	}
	for i, g := range logs {
		began := l.clock.Now()
		found, err := l.AuditOf(ctx, g.Origin)
		if err != nil {
			return all, err
		}
		all = append(all, found...)
		if i == 0 {
			found = all
		}
		row := auditRow{Origin: g.Origin, At: store.At(began.UTC().Truncate(time.Microsecond)), Size: g.Size, Findings: int64(len(found)), TookUS: l.clock.Now().Sub(began).Microseconds()}
		if len(found) > 0 {
			row.First = found[0].String()
			l.log.ErrorContext(ctx, "ledger: the audit found a difference", "origin", g.Origin, "findings", len(found), "first", row.First)
		}
		err = l.db.Write(ctx, func(tx *store.Tx) error {
			return tx.Exec(ctx, sqlAuditPut, row.Origin, row.At, row.TookUS, row.Size, row.Findings, row.First)
		})
		if err != nil {
			return all, err
		}
	}
	return all, nil
}
