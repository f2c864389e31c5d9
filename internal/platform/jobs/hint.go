// SPDX-License-Identifier: Apache-2.0

package jobs

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// hintsMost is how many hints wait to be taken up; of more, the rows remind.
const hintsMost = 256

// AtOnce lets the runner of this process begin right after the commit, if it is at
// work: without claim, lease and outcome, which are two transactions. The row is then
// due only after late, and whoever claims it does what was not done, or finds nothing.
// So the handler must find out by itself what there is to do, and be right if it runs
// beside itself. What fails when the row is done already nobody reminds of: something
// periodic must look after that.
func AtOnce(late time.Duration) Option { return func(j *row) { j.late = late } }

// hint tells the runner of a job that it may begin. It never blocks.
func (r *Runner) hint(c claimed) {
	select {
	case r.hints <- c:
	default:
	}
}

// heed starts what it is given hints of until ctx ends; handlers work under work.
func (r *Runner) heed(ctx, work context.Context, workers *sync.WaitGroup) {
	defer r.atWork.Store(false)
	for {
		select {
		case c := <-r.hints:
			workers.Go(func() {
				defer r.way.hurry()()
				r.follow(work, c)
			})
		case <-ctx.Done():
			return
		}
	}
}

// follow runs the handler of a job of which nobody holds the row.
func (r *Runner) follow(ctx context.Context, c claimed) {
	h, _ := r.handlerOf(c.Kind)
	start := time.Now()
	ctx, end := r.d.Tracer.Root(ctx, "job "+c.Kind)
	err := r.handle(ctx, c, h)
	end(err)
	if err == nil {
		r.metrics.run(c.Kind, "done", time.Since(start))
		return
	}
	r.metrics.run(c.Kind, "failed", time.Since(start))
	r.d.Log.WarnContext(ctx, "jobs: failed at once; its row reminds, or what looks after it", slog.String("kind", c.Kind), slog.String("job", c.ID), slog.Any("error", err))
}
