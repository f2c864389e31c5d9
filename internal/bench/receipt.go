// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tarazu/tarazu/internal/app"
)

// The head of the log, and where the arrivals of notices stand in it. The owner
// leads both keys.
const (
	logSize     = `SELECT coalesce(max(size), 0) AS size FROM ledger_head`
	arrivalsSQL = `SELECT n.id, e.idx FROM notice_notice n JOIN ledger_entry e ON e.owner = n.owner AND e.id = n.evidence_arrived
		WHERE n.owner = $1 AND e.idx IS NOT NULL`
)

const (
	highRate = 500 // deliveries a second that the plan speaks of
	lowRate  = 20
	// watchEvery is how often the head is looked at: the error of the latency.
	watchEvery = 4 * time.Millisecond
)

// receipt measures, with jobs and sequencer at work, how long after its commit
// a delivery is covered by a checkpoint.
func (r *rig) receipt(ctx context.Context, t *table) error {
	for _, rate := range []int{highRate, lowRate} {
		dsn, err := r.dbs.copy(ctx, r.plain)
		if err != nil {
			return err
		}
		err = r.with(ctx, dsn, app.Options{}, func(a *app.App) error {
			s, err := r.receiptsAt(ctx, a, rate,
				func(ctx context.Context, i int) (string, error) {
					made, err := a.Notice.Deliver(ctx, r.notice(i, i))
					return made.ID, err
				},
				func(ctx context.Context) (map[string]int64, error) { return r.placesOf(ctx, a, arrivalsSQL) })
			if err == nil {
				wanted := fmt.Sprintf("p99 ≤ %v", 3*a.Config.Ledger.Interval/2)
				if rate == highRate {
					wanted = "p99 ≤ 2s"
				}
				t.add(Row{What: fmt.Sprintf("receipt after commit, %d deliveries/s, %d records/s", rate, 2*rate), Wanted: wanted,
					Against: fmt.Sprintf("a checkpoint each %v", a.Config.Ledger.Interval)}, s, sample{})
			}
			return err
		})
		if err = errors.Join(err, r.dbs.drop(context.WithoutCancel(ctx), dsn)); err != nil {
			return err
		}
	}
	return nil
}

// seen is a size of the log and when it was first seen.
type seen struct {
	size int64
	at   time.Time
}

// doing does one thing and names it; places tells where things stand in the log.
type (
	doing  func(ctx context.Context, i int) (id string, err error)
	places func(ctx context.Context) (map[string]int64, error)
)

// receiptsAt acts at a rate, whether or not earlier ones are done (open loop),
// and waits until the log covers what was done.
func (r *rig) receiptsAt(ctx context.Context, a *app.App, rate int, do doing, where places) (sample, error) {
	work, stop := context.WithCancel(ctx)
	defer stop()
	g, gctx := errgroup.WithContext(work)
	g.Go(func() error { return a.Work(gctx) })

	watch, err := openRaw(ctx, a.Config.Database, 1)
	if err != nil {
		return sample{}, err
	}
	watched, endWatch := make(chan []seen, 1), make(chan int64, 1)
	g.Go(func() error {
		list, err := watchLog(gctx, watch, endWatch)
		watched <- list
		return err
	})

	dur := max(4*r.o.dur(), min(time.Second, 10*r.o.dur()))
	meter := startMeter(r.dbs.process())
	committed, err := openLoop(gctx, do, rate, int(dur.Seconds()*float64(rate)))
	if err == nil {
		err = r.everyPlace(gctx, watch, endWatch)
	} else {
		stop()
	}
	list := <-watched
	foreign := meter.foreign()
	var s sample
	if err == nil {
		s, err = latencies(ctx, where, committed, list, dur)
		s.Foreign = foreign
	}
	stop()
	if werr := g.Wait(); err == nil && !errors.Is(werr, context.Canceled) {
		err = werr
	}
	return s, errors.Join(err, watch.close())
}

// openLoop starts n acts at their times and tells when each was committed.
func openLoop(ctx context.Context, do doing, rate, n int) (map[string]time.Time, error) {
	out := make(map[string]time.Time, n)
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	start := time.Now()
	t := time.NewTicker(max(time.Second/time.Duration(rate), time.Millisecond))
	defer t.Stop()
	for i := 0; i < n && ctx.Err() == nil; {
		<-t.C
		due := min(int(time.Since(start).Seconds()*float64(rate))+1, n)
		for ; i < due; i++ {
			g.Go(func() error {
				id, err := do(ctx, i)
				at := time.Now()
				mu.Lock()
				defer mu.Unlock()
				out[id] = at
				return err
			})
		}
	}
	return out, g.Wait()
}

// everyPlace tells the watcher how large the log has to grow.
func (r *rig) everyPlace(ctx context.Context, b raw, end chan<- int64) error {
	n, err := b.number(ctx, countEntries)
	end <- n
	return err
}

// watchLog notes when the log has which size, until it has the size that end
// tells.
func watchLog(ctx context.Context, b raw, end <-chan int64) ([]seen, error) {
	var list []seen
	t := time.NewTicker(watchEvery)
	defer t.Stop()
	target := int64(-1)
	for {
		select {
		case <-ctx.Done():
			return list, nil
		case target = <-end:
		case <-t.C:
		}
		size, err := b.number(ctx, logSize)
		if err != nil {
			return list, err
		}
		if len(list) == 0 || size > list[len(list)-1].size {
			list = append(list, seen{size, time.Now()})
		}
		if target >= 0 && size >= target {
			return list, nil
		}
	}
}

// latencies is the time from each commit to the first checkpoint seen that
// covers it.
func latencies(ctx context.Context, where places, committed map[string]time.Time, list []seen, dur time.Duration) (sample, error) {
	index, err := where(ctx)
	if err != nil {
		return sample{}, err
	}
	var took []time.Duration
	for id, at := range committed { // and nothing of what was prepared
		place, there := index[id]
		if !there {
			continue
		}
		i := slices.IndexFunc(list, func(s seen) bool { return s.size > place })
		if i < 0 {
			return sample{}, errors.New("something was never covered by a checkpoint")
		}
		took = append(took, max(list[i].at.Sub(at), 0))
	}
	if len(took) != len(committed) {
		return sample{}, fmt.Errorf("%d acts were acknowledged and %d are in the log", len(committed), len(took))
	}
	return summarise(took, dur), nil
}
