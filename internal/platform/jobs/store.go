// SPDX-License-Identifier: Apache-2.0

package jobs

import (
	"context"
	"encoding/json"
	"time"

	"github.com/tarazu/tarazu/internal/platform/store"
)

// row is a new jobs_job row.
type row struct {
	ID        string     `db:"id"`
	Kind      string     `db:"kind"`
	Args      string     `db:"args"`
	UniqueKey string     `db:"unique_key"`
	Due       store.Time `db:"due_us"`
	Attempts  int64      `db:"attempts"`
	Created   store.Time `db:"created_us"`
	Urgent    bool       `db:"urgent"`

	late time.Duration // AtOnce; not kept
}

// claimed is a job that this runner holds.
type claimed struct {
	ID       string `db:"id"`
	Kind     string `db:"kind"`
	Args     string `db:"args"`
	Attempt  int64  `db:"attempt"`
	Attempts int64  `db:"attempts"`
}

// sqlInsert drops a job whose unique key a waiting one has, and a periodic row that is
// there already.
const sqlInsert = `INSERT INTO jobs_job (id, kind, args, unique_key, due_us, attempts, created_us, urgent)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`

// sqlSooner brings a periodic row forward when its interval was shortened.
const sqlSooner = `UPDATE jobs_job SET due_us = $1 WHERE id = $2 AND due_us > $1 AND lease_by = ''`

// sqlNext tells when the next job is due, without a write.
const sqlNext = `SELECT due_us FROM jobs_job WHERE state = 'open' AND urgent = $2 AND kind = ANY($1)
	ORDER BY due_us, id LIMIT 1`

// sqlClaim takes due jobs. A lease that has run out is a due job. Without SKIP
// LOCKED two PostgreSQL runners deadlock; without MATERIALIZED its planner may
// run the inner select more than once and take more than the limit.
const sqlClaim = `WITH due AS MATERIALIZED (
		SELECT id FROM jobs_job WHERE state = 'open' AND urgent = $6 AND due_us <= $1 AND kind = ANY($2)
		ORDER BY due_us, id LIMIT $3 FOR UPDATE SKIP LOCKED)
	UPDATE jobs_job SET due_us = $4, lease_by = $5, attempt = attempt + 1
	WHERE id IN (SELECT id FROM due)
	RETURNING id, kind, args, attempt, attempts`

// sqlRenew prolongs leases and tells which are still held.
const sqlRenew = `UPDATE jobs_job SET due_us = $1
	WHERE state = 'open' AND lease_by = $2 AND id = ANY($3) RETURNING id`

// The outcomes. Only the attempt that holds the lease may write one.
const (
	sqlDone = `UPDATE jobs_job SET state = 'done', lease_by = '', error = '', finished_us = $1
		WHERE id = ANY($2) AND lease_by = $3 AND attempt = $4 AND state = 'open'`
	sqlDead = `UPDATE jobs_job SET state = 'dead', lease_by = '', error = $5, finished_us = $1
		WHERE id = $2 AND lease_by = $3 AND attempt = $4 AND state = 'open'`
	sqlLater = `UPDATE jobs_job SET due_us = $1, lease_by = '', error = $5
		WHERE id = $2 AND lease_by = $3 AND attempt = $4 AND state = 'open'`
	sqlAgain = `UPDATE jobs_job SET due_us = $1, lease_by = '', error = '', attempt = 0
		WHERE id = $2 AND lease_by = $3 AND attempt = $4 AND state = 'open'`
)

const sqlDeadList = `SELECT id, kind, args, attempt, error, created_us, finished_us FROM jobs_job
	WHERE state = 'dead' ORDER BY finished_us DESC, id DESC LIMIT 1000`

const sqlRevive = `UPDATE jobs_job SET state = 'open', attempt = 0, due_us = $1, finished_us = 0
	WHERE id = $2 AND state = 'dead'`

// forgetBatch is how many old done jobs one transaction deletes.
const forgetBatch = 1000

// sqlForget deletes old done jobs, a bounded number at a time.
const sqlForget = `DELETE FROM jobs_job WHERE id IN (
	SELECT id FROM jobs_job WHERE state = 'done' AND finished_us < $1
	ORDER BY finished_us, id LIMIT $2 FOR UPDATE SKIP LOCKED)`

// sqlBacklog is what the metrics show: due and not held, given up, and when
// the oldest waiting one became due.
const sqlBacklog = `SELECT
	(SELECT count(*) FROM jobs_job WHERE state = 'open' AND due_us <= $1 AND lease_by = '') AS due,
	(SELECT count(*) FROM jobs_job WHERE state = 'dead') AS dead,
	(SELECT coalesce(min(due_us), 0) FROM jobs_job WHERE state = 'open' AND due_us <= $1 AND lease_by = '') AS oldest_us`

func insert(ctx context.Context, tx *store.Tx, j row) error {
	return tx.Exec(ctx, sqlInsert, j.ID, j.Kind, j.Args, j.UniqueKey, j.Due, j.Attempts, j.Created, j.Urgent)
}

func deadJobs(ctx context.Context, q store.Querier) ([]Job, error) {
	type deadRow struct {
		ID       string     `db:"id"`
		Kind     string     `db:"kind"`
		Args     string     `db:"args"`
		Attempt  int        `db:"attempt"`
		Error    string     `db:"error"`
		Created  store.Time `db:"created_us"`
		Finished store.Time `db:"finished_us"`
	}
	rows, err := store.All[deadRow](ctx, q, sqlDeadList)
	if err != nil {
		return nil, err
	}
	out := make([]Job, len(rows))
	for i, d := range rows {
		out[i] = Job{ID: d.ID, Kind: d.Kind, Args: json.RawMessage(d.Args), Attempt: d.Attempt,
			Error: d.Error, Created: d.Created.Time, Finished: d.Finished.Time}
	}
	return out, nil
}
