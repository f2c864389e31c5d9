// SPDX-License-Identifier: Apache-2.0

package jobs

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Refresh brings the gauges of waiting and dead jobs up to date. Run does so
// every quarter of a minute; a process that does not run jobs calls it when its
// metrics are asked for.
func (r *Runner) Refresh(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "jobs.Refresh")
	return r.metrics.refresh(ctx, r.d.DB, r.d.Clock.Now())
}
