// SPDX-License-Identifier: Apache-2.0

package jobs

import (
	"context"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	// together is how long an outcome waits for those of other jobs, so that it is not
	// one transaction more for each. Nobody waits for outcomes.
	together = 20 * time.Millisecond
	// outcomesMost is how many are written at once; handlers wait while more are open.
	outcomesMost = 256
	// writeTimeout is how long writing them may take.
	writeTimeout = 10 * time.Second
)

// outcome is what came of an attempt, and how it is written; of several jobs if they are
// done.
type outcome struct {
	query   string
	at      store.Time
	ids     []string
	attempt int64
	failure string // what sqlDead and sqlLater keep
}

// args are what the query is given.
func (o outcome) args(runner string) []any {
	switch o.query {
	case sqlDone:
		return []any{o.at, o.ids, runner, o.attempt}
	case sqlAgain:
		return []any{o.at, o.ids[0], runner, o.attempt}
	}
	return []any{o.at, o.ids[0], runner, o.attempt, o.failure}
}

// joined makes one of the outcomes of all that were done at the same attempt, most of
// them at the first.
func joined(list []outcome) (out []outcome) {
	at := map[int64]int{} // by attempt
	for _, o := range list {
		i, there := at[o.attempt]
		switch {
		case o.query == sqlDone && there:
			out[i].ids, out[i].at = append(out[i].ids, o.ids...), o.at
			continue
		case o.query == sqlDone:
			at[o.attempt] = len(out)
			o.ids = slices.Clone(o.ids)
		}
		out = append(out, o)
	}
	return out
}

// settle writes the outcomes of the handlers until they have ended.
func (r *Runner) settle(ctx context.Context, ended <-chan struct{}) {
	for {
		select {
		case o := <-r.outcomes:
			r.write(ctx, r.gather(o, ended))
		case <-ended:
			for len(r.outcomes) > 0 {
				r.write(ctx, r.gather(<-r.outcomes, ended))
			}
			return
		}
	}
}

// gather waits for outcomes that come soon after the first.
func (r *Runner) gather(first outcome, ended <-chan struct{}) []outcome {
	list := []outcome{first}
	soon := time.NewTimer(together)
	defer soon.Stop()
	for len(list) < outcomesMost {
		select {
		case o := <-r.outcomes:
			list = append(list, o)
		case <-ended:
			if len(r.outcomes) == 0 {
				return list
			}
		case <-soon.C:
			return list
		}
	}
	return list
}

// write writes outcomes in one transaction; if that fails, each in its own, so that
// none stands in the way of others, as long as the database answers. What cannot be
// written runs again when its lease runs out.
func (r *Runner) write(ctx context.Context, list []outcome) {
	ctx = context.WithoutCancel(ctx)
	err := r.writeTogether(ctx, list)
	if err != nil && len(list) > 1 && !errs.Is(err, errs.Unavailable) {
		for _, o := range list {
			if err = r.writeTogether(ctx, []outcome{o}); errs.Is(err, errs.Unavailable) {
				break
			}
			r.told(ctx, "outcome", err)
			err = nil
		}
	}
	r.told(ctx, "outcome", err)
}

func (r *Runner) writeTogether(ctx context.Context, list []outcome) error {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	return r.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		tx.MayBeLost() // and is run again then
		for _, o := range joined(list) {
			if err := tx.Exec(ctx, o.query, o.args(r.id)...); err != nil {
				return err
			}
		}
		return nil
	})
}
