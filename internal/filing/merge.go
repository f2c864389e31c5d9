// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	selectOfGone = `SELECT id, tracking FROM filing_filing WHERE owner = $1 ORDER BY id LIMIT $2`
	selectMoved  = `SELECT f.id, f.tracking FROM filing_moved m JOIN filing_filing f ON f.owner = $2 AND f.id = m.filing_id
		WHERE m.merge = $1 ORDER BY m.filing_id LIMIT $3`
	insertMoved = `INSERT INTO filing_moved (merge, filing_id) VALUES ($1, $2)`
	deleteMoved = `DELETE FROM filing_moved WHERE merge = $1 AND filing_id = ANY($2)`
	selectOwner = `SELECT owner FROM filing_filing WHERE owner = ANY($1) AND id = $2`

	moveTracking = `UPDATE filing_tracking SET owner = $2 WHERE owner = $1 AND tracking = ANY($3)`
)

// moves are the tables that keep something of a filing under its owner.
var moves = []string{
	`UPDATE filing_filing SET owner = $2 WHERE owner = $1 AND id = ANY($3)`,
	`UPDATE filing_desk SET owner = $2 WHERE owner = $1 AND filing_id = ANY($3)`,
	`UPDATE filing_act SET owner = $2 WHERE owner = $1 AND filing_id = ANY($3)`,
	`UPDATE filing_attachment SET owner = $2 WHERE owner = $1 AND filing_id = ANY($3)`,
	`UPDATE filing_version SET owner = $2 WHERE owner = $1 AND filing_id = ANY($3)`,
	`UPDATE filing_halt SET owner = $2 WHERE owner = $1 AND filing_id = ANY($3)`,
	`UPDATE filing_rejection SET owner = $2 WHERE owner = $1 AND filing_id = ANY($3)`,
	`UPDATE filing_paper SET owner = $2 WHERE owner = $1 AND filing_id = ANY($3)`,
}

type movingRow struct {
	ID       string `db:"id"`
	Tracking string `db:"tracking"`
}

// onMerged brings the filings of an account that ended to the one that goes on,
// drafts too. What was signed stays signed by whom it was; a draft that waited
// for a code asks for a new one, over a record that names who signs.
func (s *Service) onMerged(ctx context.Context, e identity.MergedEvent) error {
	return s.d.Identity.Reassign(ctx, e.Merge, "filing", false, func(tx *store.Tx) (int, error) {
		rows, err := store.All[movingRow](ctx, tx, selectOfGone, e.Gone, identity.ReassignBatch)
		if err != nil {
			return 0, err
		}
		for _, r := range rows {
			if err := tx.Exec(ctx, insertMoved, e.Merge, r.ID); err != nil {
				return 0, err
			}
		}
		return len(rows), moveTx(ctx, tx, rows, e.Gone, e.Into)
	})
}

// onUnmerged brings back what onMerged brought. What was begun since stays.
func (s *Service) onUnmerged(ctx context.Context, e identity.UnmergedEvent) error {
	return s.d.Identity.Reassign(ctx, e.Merge, "filing", true, func(tx *store.Tx) (int, error) {
		rows, err := store.All[movingRow](ctx, tx, selectMoved, e.Merge, e.Into, identity.ReassignBatch)
		if err != nil {
			return 0, err
		}
		if err := moveTx(ctx, tx, rows, e.Into, e.Gone); err != nil {
			return 0, err
		}
		ids, _ := movingIDs(rows)
		return len(rows), tx.Exec(ctx, deleteMoved, e.Merge, ids)
	})
}

func moveTx(ctx context.Context, tx *store.Tx, rows []movingRow, from, to string) error {
	if len(rows) == 0 {
		return nil
	}
	ids, trackings := movingIDs(rows)
	for _, query := range moves {
		if err := tx.Exec(ctx, query, from, to, ids); err != nil {
			return err
		}
	}
	return tx.Exec(ctx, moveTracking, from, to, trackings)
}

func movingIDs(rows []movingRow) (ids, trackings []string) {
	ids, trackings = []string{}, []string{}
	for _, r := range rows {
		ids = append(ids, r.ID)
		if r.Tracking != "" {
			trackings = append(trackings, r.Tracking)
		}
	}
	return ids, trackings
}

// ownerNow is under which account a filing stands by now, for an event or a job
// that names the account under which it stood then.
func (s *Service) ownerNow(ctx context.Context, owner, filing string) (string, error) {
	kin, err := s.d.Identity.Kin(ctx, s.d.DB, owner)
	if err != nil || len(kin) == 1 {
		return owner, err
	}
	now, found, err := store.Find[string](ctx, s.d.DB, selectOwner, kin, filing)
	if !found {
		now = owner
	}
	return now, err
}
