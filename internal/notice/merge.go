// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"context"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// The key under which a notice was issued stays as it is: it names whom the act
// was for (findIssued follows).
const (
	sqlOfGone = `SELECT id, number, unit FROM notice_notice WHERE owner = $1 ORDER BY id LIMIT $2`
	sqlMoved  = `SELECT n.id, n.number, n.unit FROM notice_moved m JOIN notice_notice n ON n.owner = $2 AND n.id = m.notice
		WHERE m.merge = $1 ORDER BY m.notice LIMIT $3`
	sqlForgetMoved = `DELETE FROM notice_moved WHERE merge = $1 AND notice = ANY($2)`

	sqlMoveNotices  = `UPDATE notice_notice SET owner = $2 WHERE owner = $1 AND id = ANY($3)`
	sqlMoveContents = `UPDATE notice_content SET owner = $2 WHERE owner = $1 AND notice = ANY($3)`
	sqlMoveAlerts   = `UPDATE notice_alert SET owner = $2 WHERE owner = $1 AND notice = ANY($3)`
	sqlMoveFacts    = `UPDATE notice_fact SET owner = $2 WHERE owner = $1 AND notice = ANY($3)`
	sqlMoveNumbers  = `UPDATE notice_number SET owner = $2 WHERE owner = $1 AND number = ANY($3)`
	sqlMoveTasks    = `UPDATE notice_paper_task SET owner = $2 WHERE owner = $1 AND notice = ANY($3) AND unit = ANY($4)`
)

type movedRow struct {
	Merge  string `db:"merge"`
	Notice string `db:"notice"`
}

type movingRow struct {
	ID     string `db:"id"`
	Number string `db:"number"`
	Unit   string `db:"unit"`
}

// onMerged brings the notices of an account that ended to the one that goes on.
// They were served when they arrived, and stay so.
func (s *Service) onMerged(ctx context.Context, e identity.MergedEvent) error {
	return s.d.Identity.Reassign(ctx, e.Merge, "notice", false, func(tx *store.Tx) (int, error) {
		rows, err := store.All[movingRow](ctx, tx, sqlOfGone, e.Gone, identity.ReassignBatch)
		if err != nil {
			return 0, err
		}
		for _, r := range rows {
			if err := store.Insert(ctx, tx, "notice_moved", movedRow{e.Merge, r.ID}); err != nil {
				return 0, err
			}
		}
		return len(rows), moveTx(ctx, tx, rows, e.Gone, e.Into)
	})
}

// onUnmerged brings back what onMerged brought. What arrived since stays.
func (s *Service) onUnmerged(ctx context.Context, e identity.UnmergedEvent) error {
	return s.d.Identity.Reassign(ctx, e.Merge, "notice", true, func(tx *store.Tx) (int, error) {
		rows, err := store.All[movingRow](ctx, tx, sqlMoved, e.Merge, e.Into, identity.ReassignBatch)
		if err != nil {
			return 0, err
		}
		if err := moveTx(ctx, tx, rows, e.Into, e.Gone); err != nil {
			return 0, err
		}
		return len(rows), tx.Exec(ctx, sqlForgetMoved, e.Merge, ids(rows))
	})
}

// moveTx moves notices with all that is kept beside them.
func moveTx(ctx context.Context, tx *store.Tx, rows []movingRow, from, to string) error {
	if len(rows) == 0 {
		return nil
	}
	var numbers, units []string
	for _, r := range rows {
		numbers, units = append(numbers, r.Number), append(units, r.Unit)
	}
	for _, query := range []string{sqlMoveNotices, sqlMoveContents, sqlMoveAlerts, sqlMoveFacts} {
		if err := tx.Exec(ctx, query, from, to, ids(rows)); err != nil {
			return err
		}
	}
	if err := tx.Exec(ctx, sqlMoveNumbers, from, to, numbers); err != nil {
		return err
	}
	return tx.Exec(ctx, sqlMoveTasks, from, to, ids(rows), units)
}

func ids(rows []movingRow) []string {
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = r.ID
	}
	return out
}
