// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"context"
	"fmt"

	"github.com/tarazu/tarazu/internal/platform/store"
)

// FoundOrphan is a row of a log that there is not: no audit of a log meets it.
const FoundOrphan = "orphan"

// orphan is how many rows of a table belong to no log, and the name in one of
// them.
type orphan struct {
	What   string `db:"what"`
	Origin string `db:"origin"`
	Rows   int64  `db:"n"`
}

const (
	sqlOrphans = `SELECT 'ledger_entry' AS what, min(origin) AS origin, count(*) AS n FROM ledger_entry WHERE origin NOT IN (SELECT origin FROM ledger_head) AND origin <> $1 HAVING count(*) > 0
 UNION ALL SELECT 'ledger_tile', min(origin), count(*) FROM ledger_tile WHERE origin NOT IN (SELECT origin FROM ledger_head) HAVING count(*) > 0
 UNION ALL SELECT 'ledger_checkpoint', min(origin), count(*) FROM ledger_checkpoint WHERE origin NOT IN (SELECT origin FROM ledger_head) HAVING count(*) > 0
 UNION ALL SELECT 'ledger_stamp', min(origin), count(*) FROM ledger_stamp WHERE origin NOT IN (SELECT origin FROM ledger_head) HAVING count(*) > 0
 UNION ALL SELECT 'ledger_cosignature', min(origin), count(*) FROM ledger_cosignature WHERE origin NOT IN (SELECT origin FROM ledger_head) HAVING count(*) > 0
 UNION ALL SELECT 'ledger_witness', min(origin), count(*) FROM ledger_witness WHERE origin NOT IN (SELECT origin FROM ledger_head) HAVING count(*) > 0`
	sqlWitnessRows = `SELECT origin, witness, vkey, size, signed_us FROM ledger_witness WHERE origin = $1 AND size > 0`
)

// orphans looks for rows that say they are of a log that there is not. A log
// that nothing was signed of yet has no row of its own, and may have records.
func (l *Ledger) orphans(ctx context.Context) (out []Finding, err error) {
	rows, err := store.All[orphan](ctx, l.db, sqlOrphans, l.origin)
	for _, r := range rows {
		out = append(out, Finding{Code: FoundOrphan, Index: -1, Detail: fmt.Sprintf("%d rows of %s are of no log that there is, such as %q", r.Rows, r.What, r.Origin)})
	}
	return out, err
}

// keptOf is what is kept of a witness.
type keptOf struct {
	Origin  string     `db:"origin"`
	Witness string     `db:"witness"`
	VKey    string     `db:"vkey"`
	Size    int64      `db:"size"`
	Signed  store.Time `db:"signed_us"`
}

// watched compares what is kept of each witness with its newest signature.
func (a *auditor) watched(ctx context.Context) error {
	rows, err := store.All[keptOf](ctx, a.l.db, sqlWitnessRows, a.origin)
	if err != nil {
		return err
	}
	for _, w := range rows {
		sigs, err := store.All[cosignatureRow](ctx, a.l.db, sqlCosignatures, w.Origin, w.Size)
		if err != nil {
			return err
		}
		there := false
		for _, s := range sigs {
			there = there || s.Witness == w.Witness && s.VKey == w.VKey && s.At.Equal(w.Signed.Time)
		}
		if !there {
			a.find(Finding{Code: FoundCosignature, Index: w.Size, Detail: "the signature that " + w.Witness + " is said to have given last is not there"})
		}
	}
	return nil
}
