// SPDX-License-Identifier: Apache-2.0

package office

import (
	"context"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// What was done at a counter for somebody, who looked at them there, and for whom
// they have vouched, follow the person when two accounts become one. A visit that
// is not done stays: it asks about the account that it was begun for. What an
// operator did stays under the account in which they did it.
const (
	sqlOfGone = `
SELECT kind, office, thing, place FROM (
	SELECT 'visit' AS kind, office, id AS thing, 0 AS place FROM office_visit WHERE person = $1 AND person <> '' AND state = 'done'
	UNION ALL SELECT 'look', office, id, 0 FROM office_look WHERE person = $1
	UNION ALL SELECT 'voucher', c.office, c.visit, c.place FROM office_voucher c WHERE c.person = $1
) AS things ORDER BY kind, office, thing, place LIMIT $2`
	sqlMoved = `SELECT kind, office, thing, place FROM office_moved WHERE merge = $1 ORDER BY kind, office, thing, place LIMIT $2`

	sqlMoveVisit   = `UPDATE office_visit SET person = $4 WHERE office = $1 AND id = $2 AND person = $3`
	sqlMoveLook    = `UPDATE office_look SET person = $4 WHERE office = $1 AND id = $2 AND person = $3`
	sqlMoveVoucher = `UPDATE office_voucher SET person = $4 WHERE office = $1 AND visit = $2 AND person = $3 AND place = $5`
	sqlForgetMoved = `DELETE FROM office_moved WHERE merge = $1 AND kind = $2 AND office = $3 AND thing = $4 AND place = $5`
)

type movedRow struct {
	Merge  string `db:"merge"`
	Kind   string `db:"kind"`
	Office string `db:"office"`
	Thing  string `db:"thing"`
	Place  int64  `db:"place"`
}

type thingRow struct {
	Kind   string `db:"kind"`
	Office string `db:"office"`
	Thing  string `db:"thing"`
	Place  int64  `db:"place"`
}

// onMerged brings what is known of an account that ended to the one that goes on.
func (s *Service) onMerged(ctx context.Context, e identity.MergedEvent) error {
	return s.d.Identity.Reassign(ctx, e.Merge, "office", false, func(tx *store.Tx) (int, error) {
		rows, err := store.All[thingRow](ctx, tx, sqlOfGone, e.Gone, identity.ReassignBatch)
		if err != nil {
			return 0, err
		}
		for _, r := range rows {
			if err := store.Insert(ctx, tx, "office_moved", movedRow{e.Merge, r.Kind, r.Office, r.Thing, r.Place}); err != nil {
				return 0, err
			}
			if err := r.moveTx(ctx, tx, e.Gone, e.Into); err != nil {
				return 0, err
			}
		}
		return len(rows), nil
	})
}

// onUnmerged brings back what onMerged brought.
func (s *Service) onUnmerged(ctx context.Context, e identity.UnmergedEvent) error {
	return s.d.Identity.Reassign(ctx, e.Merge, "office", true, func(tx *store.Tx) (int, error) {
		rows, err := store.All[thingRow](ctx, tx, sqlMoved, e.Merge, identity.ReassignBatch)
		if err != nil {
			return 0, err
		}
		for _, r := range rows {
			if err := r.moveTx(ctx, tx, e.Into, e.Gone); err != nil {
				return 0, err
			}
			if err := tx.Exec(ctx, sqlForgetMoved, e.Merge, r.Kind, r.Office, r.Thing, r.Place); err != nil {
				return 0, err
			}
		}
		return len(rows), nil
	})
}

func (r thingRow) moveTx(ctx context.Context, tx *store.Tx, from, to string) error {
	switch r.Kind {
	case "visit":
		return tx.Exec(ctx, sqlMoveVisit, r.Office, r.Thing, from, to)
	case "look":
		return tx.Exec(ctx, sqlMoveLook, r.Office, r.Thing, from, to)
	}
	return tx.Exec(ctx, sqlMoveVoucher, r.Office, r.Thing, from, to, r.Place)
}
