// SPDX-License-Identifier: Apache-2.0

package jobs

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// errLost ends a handler whose lease somebody else has taken.
var errLost = errors.New("jobs: the lease was lost")

// hopeless is a failure that no further attempt can mend.
type hopeless struct{ error }

// Run claims and runs jobs until ctx ends. Then it claims no more, waits for
// the handlers that are at work (at most Deps.Grace, after which their context
// ends) and returns nil. It returns an error only if the handlers were
// registered wrongly or do not end; a database that does not answer is waited
// for.
func (r *Runner) Run(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "jobs.Run")
	if err := r.checked(); err != nil {
		return err
	}
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var lanes, keepers, workers sync.WaitGroup
	keepers.Go(func() { r.tick(work, r.d.Lease/3, r.renew) })
	keepers.Go(func() { r.tick(work, max(r.d.Poll, 15*time.Second), r.housekeep) })

	r.atWork.Store(true)
	for urgent, lane := range map[bool]chan struct{}{true: r.urgent, false: r.others} {
		lanes.Go(func() { r.serve(ctx, work, urgent, lane, &workers) })
	}
	lanes.Go(func() { r.heed(ctx, work, &workers) })
	ended, done := make(chan struct{}), make(chan struct{})
	go func() { r.settle(work, ended); close(done) }()
	lanes.Wait()

	go func() { workers.Wait(); close(ended) }()
	select {
	case <-done:
	case <-time.After(r.d.Grace):
		r.d.Log.WarnContext(ctx, "jobs: handlers are still at work after the grace period; their context ends now")
		stop()
		select {
		case <-done:
		case <-time.After(max(r.d.Grace, 5*time.Second)): // to write their outcomes
			err = errors.New("handlers do not end; their jobs run again when the leases run out")
		}
	}
	stop()
	keepers.Wait()
	return err
}

// serve claims and starts the jobs of one lane until ctx ends; handlers work under
// work, which ends later.
func (r *Runner) serve(ctx, work context.Context, urgent bool, lane chan struct{}, workers *sync.WaitGroup) {
	slots := make(chan struct{}, r.d.Workers)
	ready := urgent // the periodic rows are there; they are never urgent
	least := 1
	if !urgent { // a transaction for one is dear
		least = r.d.Workers / 2
	}
	inRow := 0 // were claimed since the lane was empty
	for ctx.Err() == nil {
		if !ready {
			ready = r.told(ctx, "periodic rows", r.ensurePeriodic(ctx))
		}
		n := take(ctx, slots, least, r.d.Workers)
		batch, wait, err := r.claimDue(ctx, urgent, n)
		r.told(ctx, "claim", err)
		if inRow += n; len(batch) < n {
			inRow = 0
		}
		begin := r.way.hurry
		if few := inRow < crowd; !urgent {
			begin = func() func() { return r.way.give(few) }
		}
		for range n - len(batch) {
			<-slots
		}
		for _, c := range batch {
			workers.Go(func() {
				defer func() { <-slots }()
				defer begin()()
				if o, held := r.work(work, c); held {
					r.outcomes <- o
				}
			})
		}
		if len(batch) < n || n == 0 {
			rest(ctx, lane, wait)
		}
	}
}

// Drain runs everything that is due now, one after another in the order in
// which it is due (urgent ones first), including what that enqueues, and tells how many runs there
// were. A job that fails is due later and so not run again. For tests, and for
// programs that prepare data.
func (r *Runner) Drain(ctx context.Context) (n int, err error) {
	defer errs.Wrap(&err, "jobs.Drain")
	if err := errors.Join(r.checked(), r.ensurePeriodic(ctx)); err != nil {
		return 0, err
	}
	for {
		batch, _, err := r.claimDue(ctx, true, 1)
		if err == nil && len(batch) == 0 {
			batch, _, err = r.claimDue(ctx, false, 1)
		}
		if err != nil || len(batch) == 0 {
			return n, err
		}
		for _, c := range batch {
			if o, held := r.work(ctx, c); held {
				r.write(ctx, []outcome{o})
			}
			n++
		}
	}
}

// take waits until least slots are free, once one is for no longer than patience, and
// then takes all that are; 0: ctx has ended.
func take(ctx context.Context, slots chan struct{}, least, most int) (n int) {
	select {
	case slots <- struct{}{}:
		n = 1
	case <-ctx.Done():
		return 0
	}
	tired := time.NewTimer(patience)
	defer tired.Stop()
	for ; n < least; n++ {
		select {
		case slots <- struct{}{}:
		case <-tired.C:
			return n
		case <-ctx.Done():
			return n
		}
	}
	for ; n < most; n++ {
		select {
		case slots <- struct{}{}:
		default:
			return n
		}
	}
	return n
}

// rest waits until there may be something to do.
func rest(ctx context.Context, lane chan struct{}, wait time.Duration) {
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-lane:
	case <-t.C:
	}
}

func (r *Runner) tick(ctx context.Context, every time.Duration, fn func(context.Context) error) {
	t := time.NewTicker(max(every, time.Millisecond))
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			r.told(ctx, "upkeep", fn(ctx))
		}
	}
}

// told logs a failure that will be tried again anyway.
func (r *Runner) told(ctx context.Context, what string, err error) bool {
	if err != nil && ctx.Err() == nil {
		r.d.Log.ErrorContext(ctx, "jobs: cannot reach the jobs table; trying again", slog.String("step", what), slog.Any("error", err))
	}
	return err == nil
}

// ensurePeriodic makes the rows of what is periodic.
func (r *Runner) ensurePeriodic(ctx context.Context) error {
	r.mu.Lock()
	all := maps.Clone(r.handlers)
	r.mu.Unlock()
	maps.DeleteFunc(all, func(_ string, h handler) bool { return h.every == 0 })
	if len(all) == 0 {
		return nil
	}
	return r.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		for _, kind := range slices.Sorted(maps.Keys(all)) {
			now := store.At(tx.Now())
			rowID := "periodic:" + kind
			if err := insert(ctx, tx, row{ID: rowID, Kind: kind, Args: "null", Due: now, Attempts: 1, Created: now}); err != nil {
				return err
			}
			if err := tx.Exec(ctx, sqlSooner, store.At(tx.Now().Add(all[kind].every)), rowID); err != nil {
				return err
			}
		}
		return nil
	})
}

// claimDue claims at most n due jobs, of those that are urgent or of the others, and tells how long to wait before looking
// again. It writes only if something is due.
func (r *Runner) claimDue(ctx context.Context, urgent bool, n int) (batch []claimed, wait time.Duration, err error) {
	r.mu.Lock()
	kinds := slices.Sorted(maps.Keys(r.handlers))
	r.mu.Unlock()
	if n == 0 || len(kinds) == 0 {
		return nil, r.d.Poll, nil
	}
	next, found, err := store.Find[int64](ctx, r.d.DB, sqlNext, kinds, urgent)
	if err != nil || !found {
		return nil, r.d.Poll, err
	}
	if ahead := store.FromMicros(next).Sub(r.d.Clock.Now()); ahead > 0 {
		return nil, min(ahead, r.d.Poll), nil
	}
	err = r.d.DB.Write(ctx, func(tx *store.Tx) error {
		tx.MayBeLost()
		now := tx.Now()
		var err error
		batch, err = store.All[claimed](ctx, tx, sqlClaim, store.At(now), kinds, n, store.At(now.Add(r.d.Lease)), r.id, urgent)
		return err
	})
	if err != nil {
		return nil, r.d.Poll, err
	}
	return batch, r.d.Poll, nil
}

// work runs one claimed job and tells what came of it; false: it is no longer held.
func (r *Runner) work(ctx context.Context, c claimed) (_ outcome, held bool) {
	h, _ := r.handlerOf(c.Kind)
	start := time.Now()
	var err error
	ctx, end := r.d.Tracer.Root(ctx, "job "+c.Kind)
	defer func() { end(err) }()
	if h.every == 0 && c.Attempt > c.Attempts {
		err = hopeless{errors.New("the process ended during the last attempt")}
	} else {
		err = r.call(ctx, c, h)
	}
	if errors.Is(err, errLost) {
		r.metrics.run(c.Kind, "lost", time.Since(start))
		r.d.Log.WarnContext(ctx, "jobs: lease lost; another attempt has taken over", slog.String("kind", c.Kind), slog.String("job", c.ID))
		return outcome{}, false
	}
	result, query, due := r.verdict(c, h, err)
	r.metrics.run(c.Kind, result, time.Since(start))
	if err != nil {
		r.d.Log.LogAttrs(ctx, levelOf(result), "jobs: "+result, slog.String("kind", c.Kind),
			slog.String("job", c.ID), slog.Int64("attempt", c.Attempt), slog.Any("error", err))
	}
	o := outcome{query: query, at: store.At(due), ids: []string{c.ID}, attempt: c.Attempt}
	if query == sqlDead || query == sqlLater {
		o.failure = shown(err)
	}
	return o, true
}

// call runs the handler of a job that is held.
func (r *Runner) call(ctx context.Context, c claimed, h handler) (err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	own := &flight{cancel}
	r.mu.Lock()
	if before := r.flight[c.ID]; before != nil { // its lease ran out, or its claim was lost with the server
		before.cancel(errLost)
	}
	r.flight[c.ID] = own
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		// This runner may have claimed the job again after the lease ran out:
		// then the entry is the later attempt's and must go on being renewed.
		if r.flight[c.ID] == own {
			delete(r.flight, c.ID)
		}
		r.mu.Unlock()
		if err != nil && errors.Is(context.Cause(ctx), errLost) {
			err = errLost
		}
		cancel(nil)
	}()
	return r.handle(ctx, c, h)
}

// handle runs the handler under its deadline; a panic becomes an error.
func (r *Runner) handle(ctx context.Context, c claimed, h handler) (err error) {
	ctx, stop := context.WithTimeout(ctx, r.d.Timeout)
	defer stop()
	defer func() {
		if p := recover(); p != nil {
			r.d.Log.ErrorContext(ctx, "jobs: handler panicked", slog.String("kind", c.Kind),
				slog.String("job", c.ID), slog.String("stack", string(debug.Stack())))
			err = panicked(p)
		}
	}()
	return h.run(ctx, []byte(c.Args))
}

// verdict decides what a finished attempt means.
func (r *Runner) verdict(c claimed, h handler, err error) (outcome, query string, due time.Time) {
	now := r.d.Clock.Now()
	_, never := errors.AsType[hopeless](err)
	switch {
	case err == nil && h.every > 0:
		return "done", sqlAgain, now.Add(h.every)
	case err == nil:
		return "done", sqlDone, now
	case h.every > 0:
		return "failed", sqlLater, now.Add(min(r.backoff(c.Attempt), h.every))
	case never || c.Attempt >= c.Attempts:
		return "dead", sqlDead, now
	}
	return "failed", sqlLater, now.Add(r.backoff(c.Attempt))
}

// backoff is the wait after the n-th failure: 1 s, 3 s, 9 s … up to 6 hours,
// each a fifth more or less so that what failed together does not return
// together.
func (r *Runner) backoff(n int64) time.Duration {
	wait := time.Second
	for ; n > 1 && wait < 6*time.Hour; n-- {
		wait *= 3
	}
	wait = min(wait, 6*time.Hour)
	r.mu.Lock()
	defer r.mu.Unlock()
	return wait*4/5 + time.Duration(r.d.Rand.Int64N(int64(wait*2/5)))
}

// renew prolongs the leases of the handlers at work and ends those whose lease
// is gone.
func (r *Runner) renew(ctx context.Context) error {
	r.mu.Lock()
	before := maps.Clone(r.flight)
	r.mu.Unlock()
	ids := slices.Sorted(maps.Keys(before))
	if len(ids) == 0 {
		return nil
	}
	var held []string
	err := r.d.DB.Write(ctx, func(tx *store.Tx) error {
		tx.MayBeLost()
		var err error
		held, err = store.All[string](ctx, tx, sqlRenew, store.At(tx.Now().Add(r.d.Lease)), r.id, ids)
		return err
	})
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, id := range ids {
		// A job that ended and was claimed again meanwhile is another flight.
		if f := r.flight[id]; f != nil && f == before[id] && !slices.Contains(held, id) {
			f.cancel(errLost)
		}
	}
	return nil
}

// housekeep deletes old done jobs and refreshes the gauges.
func (r *Runner) housekeep(ctx context.Context) error {
	return errors.Join(r.forget(ctx), r.metrics.refresh(ctx, r.d.DB, r.d.Clock.Now()))
}

// forget deletes old done jobs in short transactions, until fewer than a batch
// are left: on a busy day more are done than one batch.
func (r *Runner) forget(ctx context.Context) error {
	until := store.At(r.d.Clock.Now().Add(-r.d.Keep))
	for n := int64(forgetBatch); n == forgetBatch; {
		err := r.d.DB.Write(ctx, func(tx *store.Tx) (err error) {
			n, err = tx.ExecN(ctx, sqlForget, until, forgetBatch)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func levelOf(outcome string) slog.Level {
	if outcome == "dead" {
		return slog.LevelError
	}
	return slog.LevelWarn
}
