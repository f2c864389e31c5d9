// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// States of a key.
const (
	stateAtWork = "at_work"
	stateDone   = "done"
)

type keyRow struct {
	Asked  string     `db:"asked"`
	State  string     `db:"state"`
	Holder string     `db:"holder"`
	Until  store.Time `db:"until_us"`
	Status int64      `db:"status"`
	Answer []byte     `db:"answer"`
}

const (
	sqlTakeKey = `INSERT INTO api_idempotency (actor, key_hash, asked, state, holder, until_us, created_us)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (actor, key_hash) DO NOTHING`
	sqlKey = `SELECT asked, state, holder, until_us, status, answer FROM api_idempotency WHERE actor = $1 AND key_hash = $2`
	// Whoever had it last is named: of two that find it free one gets it.
	sqlTakeOver = `UPDATE api_idempotency SET asked = $3, state = $4, holder = $5, until_us = $6, created_us = $7, status = 0, answer = NULL
		WHERE actor = $1 AND key_hash = $2 AND holder = $8 AND until_us <= $7`
	sqlAnswer = `UPDATE api_idempotency SET state = $4, status = $5, answer = $6, until_us = $7
		WHERE actor = $1 AND key_hash = $2 AND holder = $3`
	sqlRelease   = `DELETE FROM api_idempotency WHERE actor = $1 AND key_hash = $2 AND holder = $3`
	sqlSweepKeys = `DELETE FROM api_idempotency WHERE until_us < $1
		AND (actor, key_hash) IN (SELECT o.actor, o.key_hash FROM api_idempotency o WHERE o.until_us < $1 ORDER BY o.until_us LIMIT $2)`
)

const (
	sweepBatch = 500
	sweepMost  = 200
)

// sweep removes what was kept long enough, keys that were at work a day ago, and
// calls that no limit counts any more, in small transactions.
func sweep(ctx context.Context, db *store.DB, now time.Time) (err error) {
	defer errs.Wrap(&err, "api.Sweep")
	for _, old := range []string{sqlSweepKeys, sqlOldLimits} {
		for range sweepMost {
			var n int64
			err := db.Write(ctx, func(tx *store.Tx) (err error) {
				n, err = tx.ExecN(ctx, old, store.At(now), sweepBatch)
				return err
			})
			if err != nil {
				return err
			}
			if n < sweepBatch {
				break
			}
		}
	}
	return nil
}
