// SPDX-License-Identifier: Apache-2.0

package jobs

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/obs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations makes the tables of this package.
var Migrations = store.Migrations{Module: "jobs", FS: migrations}

const (
	// DefaultAttempts is how often a job is tried unless Attempts says
	// otherwise. With the waits of backoff that is about 14 hours, longer than
	// the outages of a gateway that an operator leaves to mend themselves.
	DefaultAttempts = 12
	// MaxArgs is the largest payload in bytes. A job names rows, it does not
	// carry documents.
	MaxArgs = 64 << 10
)

// Deps are what a Runner needs. Zero durations and counts mean the defaults
// named beside them.
type Deps struct {
	DB      *store.DB
	Clock   clock.Clock
	Log     *slog.Logger
	Metrics prometheus.Registerer // nil: none
	Tracer  *obs.Tracer           // nil: none

	Workers int           // handlers at once, of urgent jobs and of others each; 16
	Hands   int           // handlers of jobs that are not urgent at work at once, but for those that wait for somebody outside; as many as Go has places
	Poll    time.Duration // how often to look for jobs of other processes; 500 ms
	Lease   time.Duration // how long a silent runner keeps a job; 60 s
	Timeout time.Duration // how long a handler may work; 5 min
	Grace   time.Duration // how long Run waits for handlers at the end; 30 s
	Keep    time.Duration // how long done jobs are kept; 24 h
	Rand    *rand.Rand    // source of the jitter; seeded by the system
}

// Runner claims jobs and runs their handlers. Register every handler before
// Run, Drain or EnqueueTx is called.
type Runner struct {
	d       Deps
	id      string
	urgent  chan struct{} // wakes the lane of urgent jobs
	others  chan struct{} // and that of all others
	way     *way
	metrics metrics

	atWork   atomic.Bool  // Run works
	hints    chan claimed // to begin without a claim
	outcomes chan outcome // to be written together

	mu       sync.Mutex
	handlers map[string]handler
	subs     map[string][]string // event kind -> job kinds
	faults   []error             // mistakes in the registrations
	flight   map[string]*flight  // handlers at work, by job id
}

// flight is one handler at work.
type flight struct{ cancel context.CancelCauseFunc }

type handler struct {
	run   func(ctx context.Context, args []byte) error
	every time.Duration // periodic: how often; else 0
}

// New makes a runner. It does nothing until Run or Drain is called.
func New(d Deps) *Runner {
	if d.Clock == nil {
		d.Clock = clock.System{}
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Rand == nil {
		d.Rand = rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
	}
	d.Workers = orDefault(d.Workers, 16)
	d.Hands = orDefault(d.Hands, runtime.GOMAXPROCS(0))
	d.Poll = orDefault(d.Poll, 500*time.Millisecond)
	d.Lease = orDefault(d.Lease, time.Minute)
	d.Timeout = orDefault(d.Timeout, 5*time.Minute)
	d.Grace = orDefault(d.Grace, 30*time.Second)
	d.Keep = orDefault(d.Keep, 24*time.Hour)
	return &Runner{
		d: d, id: id.New(), urgent: make(chan struct{}, 1), others: make(chan struct{}, 1), way: newWay(d.Hands), metrics: newMetrics(d.Metrics),
		hints: make(chan claimed, hintsMost), outcomes: make(chan outcome, outcomesMost),
		handlers: map[string]handler{}, subs: map[string][]string{}, flight: map[string]*flight{},
	}
}

func orDefault[T int | time.Duration](v, def T) T {
	if v <= 0 {
		return def
	}
	return v
}

// Handle registers the one handler for jobs of a kind. Its errors end up in
// the log and in the row: no personal data in them.
func Handle[A any](r *Runner, kind string, fn func(ctx context.Context, a A) error) {
	r.register(kind, 0, func(ctx context.Context, args []byte) error {
		var a A
		if err := json.Unmarshal(args, &a); err != nil {
			return hopeless{fmt.Errorf("the payload cannot be read: %w", err)}
		}
		return fn(ctx, a)
	})
}

// Periodic runs fn again and again, with the interval every between the end
// of one run and the start of the next, in one process at a time. A failure is
// tried again sooner and never given up.
func (r *Runner) Periodic(kind string, every time.Duration, fn func(ctx context.Context) error) {
	if every <= 0 {
		r.fault(fmt.Errorf("periodic %q without an interval", kind))
		return
	}
	r.register(kind, every, func(ctx context.Context, _ []byte) error { return fn(ctx) })
}

// Event is something that has happened and that others may want to know. It
// is a JSON-encodable struct owned by the module that publishes it.
type Event interface{ EventKind() string }

// Subscribe lets fn hear every event of E's kind. subscriber is the name of
// the module that listens; it must stay the same from release to release, for
// rows carry it. An event published before there was a subscriber is not
// heard by it.
func Subscribe[E Event](r *Runner, subscriber string, fn func(ctx context.Context, e E) error) {
	var zero E
	kind := zero.EventKind() + ">" + subscriber
	Handle(r, kind, fn)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.subs[zero.EventKind()] = append(r.subs[zero.EventKind()], kind)
}

func (r *Runner) register(kind string, every time.Duration, run func(context.Context, []byte) error) {
	r.mu.Lock()
	_, twice := r.handlers[kind]
	r.handlers[kind] = handler{run: run, every: every}
	r.mu.Unlock()
	if kind == "" || twice {
		r.fault(fmt.Errorf("handler for kind %q registered twice or without a name", kind))
	}
}

func (r *Runner) fault(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.faults = append(r.faults, err)
}

func (r *Runner) checked() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return errors.Join(r.faults...)
}

func (r *Runner) handlerOf(kind string) (handler, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	h, ok := r.handlers[kind]
	return h, ok
}

// Option changes how a job is kept.
type Option func(*row)

// Unique lets there be at most one job of this kind with this key that has not
// been started yet; another one is dropped without an error, for the first will
// see what it is about. A job that runs, or that failed and waits for its next
// attempt, may have read its facts already: then the new one is kept and runs
// besides it, perhaps at the same time. So a handler must read its facts after
// it has started.
func Unique(key string) Option { return func(j *row) { j.UniqueKey = key } }

// At makes the job due at t instead of now.
func At(t time.Time) Option { return func(j *row) { j.Due = store.At(t) } }

// First gives the job to workers of its own, so that it never waits behind other
// jobs: somebody looks at a screen until it is done.
func First() Option { return func(j *row) { j.Urgent = true } }

// Attempts sets how often the job is tried before it is dead.
func Attempts(n int) Option { return func(j *row) { j.Attempts = int64(max(n, 1)) } }

// EnqueueTx writes a job in the caller's transaction and wakes the runner
// after the commit. It only writes, so it may be used in a blind transaction.
// A kind that nobody handles is an error.
func (r *Runner) EnqueueTx(ctx context.Context, tx *store.Tx, kind string, args any, o ...Option) (err error) {
	defer errs.Wrap(&err, "jobs.EnqueueTx %s", kind)
	if err := r.checked(); err != nil {
		return err
	}
	if h, ok := r.handlerOf(kind); !ok || h.every > 0 {
		return errors.New("nobody handles this kind")
	}
	text, err := json.Marshal(args)
	if err != nil {
		return err
	}
	if len(text) > MaxArgs {
		return fmt.Errorf("a payload of %d bytes; at most %d are allowed", len(text), MaxArgs)
	}
	now := store.At(tx.Now())
	j := row{ID: id.New(), Kind: kind, Args: string(text), Due: now, Attempts: DefaultAttempts, Created: now}
	for _, opt := range o {
		opt(&j)
	}
	if j.late > 0 && r.atWork.Load() {
		j.Due = store.At(j.Due.Add(j.late))
		tx.AfterCommit(func() { r.hint(claimed{ID: j.ID, Kind: j.Kind, Args: j.Args}) })
	} else {
		tx.AfterCommit(func() { wake(r.lane(j.Urgent)) })
	}
	return insert(ctx, tx, j)
}

// PublishTx writes one job for each subscriber of the event, in the caller's
// transaction. It only writes, so it may be used in a blind transaction.
func (r *Runner) PublishTx(ctx context.Context, tx *store.Tx, e Event) error {
	r.mu.Lock()
	kinds := r.subs[e.EventKind()]
	r.mu.Unlock()
	for _, kind := range kinds {
		if err := r.EnqueueTx(ctx, tx, kind, e); err != nil {
			return err
		}
	}
	return nil
}

// Wake lets the runner look for due jobs now. It never blocks.
func (r *Runner) Wake() {
	wake(r.urgent)
	wake(r.others)
}

func (r *Runner) lane(urgent bool) chan struct{} {
	if urgent {
		return r.urgent
	}
	return r.others
}

func wake(lane chan struct{}) {
	select {
	case lane <- struct{}{}:
	default:
	}
}

// Job is a job as an operator sees it.
type Job struct {
	ID       string          `json:"id"`
	Kind     string          `json:"kind"`
	Args     json.RawMessage `json:"args"`
	Attempt  int             `json:"attempt"` // how often it was tried
	Error    string          `json:"error"`   // what the last try said
	Created  time.Time       `json:"created"`
	Finished time.Time       `json:"finished"` // when it was given up
}

// Dead lists the jobs that were given up, the newest first, at most 1000.
func (r *Runner) Dead(ctx context.Context) (_ []Job, err error) {
	defer errs.Wrap(&err, "jobs.Dead")
	return deadJobs(ctx, r.d.DB)
}

// Retry makes a dead job due again with all its attempts. It is NotFound if
// there is no such dead job, a Conflict if a job that was not started yet has its
// unique key.
func (r *Runner) Retry(ctx context.Context, id string) (err error) {
	defer errs.Wrap(&err, "jobs.Retry")
	return r.d.DB.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.ExecN(ctx, sqlRevive, store.At(tx.Now()), id)
		if err == nil && n == 0 {
			err = errs.New(errs.NotFound, "")
		}
		tx.AfterCommit(r.Wake)
		return err
	})
}
