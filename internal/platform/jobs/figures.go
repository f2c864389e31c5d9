// SPDX-License-Identifier: Apache-2.0

package jobs

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Refresh brings the gauges of waiting and dead jobs up to date. Run does so
// every quarter of a minute; a process that does not run jobs calls it when its
// metrics are asked for.
func (r *Runner) Refresh(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "jobs.Refresh")
	return r.metrics.refresh(ctx, r.d.DB, r.d.Clock.Now())
}

// sqlWaiting counts no further than it has to.
const sqlWaiting = `SELECT count(*) FROM (SELECT 1 AS one FROM jobs_job WHERE state = 'open' AND due_us <= $1 AND lease_by = '' LIMIT $2) AS waiting`

// Waiting tells how many jobs are due and not begun, most at most: for whoever makes
// very many and would rather wait than let others' jobs stand behind them.
func (r *Runner) Waiting(ctx context.Context, most int) (_ int, err error) {
	defer errs.Wrap(&err, "jobs.Waiting")
	n, err := store.One[int64](ctx, r.d.DB, sqlWaiting, store.At(r.d.Clock.Now()), most)
	return int(n), err
}
