// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// load is how hard to push.
type load struct {
	clients int
	most    int           // acts; 0: no bound
	dur     time.Duration // 0: no bound
	warm    int           // acts before the measurement begins; most counts them too
	server  int           // process of the PostgreSQL server
	begin   func()        // told when warming up is over and the measurement begins; may be nil
}

// sample is what came of it.
type sample struct {
	Rate    float64       `json:"rate"` // acts a second
	P50     time.Duration `json:"p50"`
	P99     time.Duration `json:"p99"`
	N       int           `json:"n"`
	CPU     time.Duration `json:"cpu"`     // processor time of one act, the client's and the database server's with it; 0: not measured
	Foreign float64       `json:"foreign"` // processor time of others, in cores
}

// closed lets each client begin an act when its last one is done, until the
// bound is reached. The first error ends it.
func closed(ctx context.Context, l load, do func(ctx context.Context, i int) error) (sample, error) {
	var next atomic.Int64
	if l.warm > 0 { // caches are filled, statements prepared on every connection
		if _, err := push(ctx, load{clients: l.clients, most: l.warm}, &next, do); err != nil {
			return sample{}, err
		}
		next.Store(int64(l.warm))
	}
	runtime.GC()
	if l.begin != nil {
		l.begin()
	}
	return push(ctx, l, &next, do)
}

func push(ctx context.Context, l load, next *atomic.Int64, do func(ctx context.Context, i int) error) (sample, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	took := make([][]time.Duration, l.clients)
	meter := startMeter(l.server)
	start := time.Now()
	for c := range l.clients {
		wg.Go(func() {
			for ctx.Err() == nil && (l.dur == 0 || time.Since(start) < l.dur) {
				i := int(next.Add(1)) - 1
				if l.most > 0 && i >= l.most {
					return
				}
				began := time.Now()
				if err := do(ctx, i); err != nil {
					cancel(err)
					return
				}
				took[c] = append(took[c], time.Since(began))
			}
		})
	}
	wg.Wait()
	s := summarise(slices.Concat(took...), time.Since(start))
	s.Foreign = meter.foreign()
	s.CPU = meter.used() / time.Duration(max(s.N, 1))
	return s, context.Cause(ctx)
}

// summarise sorts took.
func summarise(took []time.Duration, elapsed time.Duration) sample {
	s := sample{N: len(took)}
	if len(took) == 0 {
		return s
	}
	slices.Sort(took)
	s.Rate = float64(len(took)) / elapsed.Seconds()
	s.P50, s.P99 = quantile(took, 50), quantile(took, 99)
	return s
}

// quantile is the nearest rank of a sorted list.
func quantile(sorted []time.Duration, percent int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min((len(sorted)*percent+99)/100, len(sorted))-1]
}

// median is the middle of a list, the mean of two.
func median[T int | float64 | time.Duration](list []T) T {
	if len(list) == 0 {
		return 0
	}
	list = slices.Sorted(slices.Values(list))
	return (list[(len(list)-1)/2] + list[len(list)/2]) / 2
}
