// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/config"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/jobs"
)

// deadJobs lists the jobs that were given up, or makes some of them due again.
// What a job carries is not shown: it is about people.
func deadJobs(ctx context.Context, cfg config.Config, args []string, e env) error {
	if len(args) > 0 && (args[0] != "retry" || len(args) == 1) {
		return errUsage
	}
	db, err := open(ctx, cfg)
	if err != nil {
		return err
	}
	defer db.Close()
	r := jobs.New(jobs.Deps{DB: db, Clock: clock.System{}})
	if len(args) > 0 {
		return retry(ctx, r, args[1:], e)
	}
	dead, err := r.Dead(ctx)
	if err != nil {
		return err
	}
	if len(dead) == 0 {
		fmt.Fprintln(e.out, "No job was given up.")
		return nil
	}
	w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tKIND\tTRIES\tGIVEN UP\tERROR")
	for _, j := range dead {
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\n", j.ID, j.Kind, j.Attempt, j.Finished.UTC().Format(time.RFC3339), line(j.Error))
	}
	return w.Flush()
}

// retry goes on after one that cannot be made due again, and names it.
func retry(ctx context.Context, r *jobs.Runner, ids []string, e env) error {
	var wrong faults
	done := 0
	for _, id := range ids {
		switch err := r.Retry(ctx, id); {
		case err == nil:
			done++
		case errs.Is(err, errs.NotFound):
			wrong = append(wrong, fmt.Sprintf("%s: there is no dead job with this id", id))
		case errs.Is(err, errs.Conflict):
			wrong = append(wrong, fmt.Sprintf("%s: the same work is waiting already; leave this one", id))
		default:
			return errors.Join(fmt.Errorf("after %d jobs", done), err)
		}
	}
	fmt.Fprintf(e.out, "%d of %d jobs are due again; running processes take them up within a second.\n", done, len(ids))
	if len(wrong) > 0 {
		return wrong
	}
	return nil
}
