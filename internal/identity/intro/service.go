// SPDX-License-Identifier: Apache-2.0

package intro

import (
	"context"
	"embed"
	"errors"
	"log/slog"
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Locale holds the words of this package, fa and en.
//
//go:embed locale/*.json
var Locale embed.FS

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations makes the tables of this package.
var Migrations = store.Migrations{Module: "identity", FS: migrations}

// Deps are what the package needs, all of them.
type Deps struct {
	DB       *store.DB
	Clock    clock.Clock
	Log      *slog.Logger
	Jobs     *jobs.Runner
	Ledger   *ledger.Ledger
	Policy   *policy.Engine
	Identity *identity.Service
}

// Service is the package. It is safe for concurrent use.
type Service struct {
	d     Deps
	kinds map[string]Kind
	order []Kind // as they are offered

	sources []Source
}

// New makes the package.
func New(d Deps) (_ *Service, err error) {
	defer errs.Wrap(&err, "intro.New")
	if d.DB == nil || d.Clock == nil || d.Log == nil || d.Jobs == nil || d.Ledger == nil || d.Policy == nil || d.Identity == nil {
		return nil, errors.New("a dependency is missing")
	}
	s := &Service{d: d, kinds: map[string]Kind{}}
	if s.order, err = Kinds(); err != nil {
		return nil, err
	}
	for _, k := range s.order {
		s.kinds[k.Kind] = k
	}
	s.sources, err = Sources()
	return s, err
}

// subscriber is this package's name for events.
const subscriber = "intro"

const (
	jobWork   = "identity.intro_work"
	jobGoOn   = "identity.intro_go_on"
	goOnEvery = 5 * time.Minute
)

type workJob struct {
	Batch string `json:"batch"`
}

// Jobs registers what is done in the background. Call it once, before anything
// is enqueued.
func (s *Service) Jobs() {
	jobs.Handle(s.d.Jobs, jobWork, func(ctx context.Context, j workJob) error { return s.Work(ctx, j.Batch, nil) })
	jobs.Subscribe(s.d.Jobs, subscriber, s.onRegistered)
	s.d.Jobs.Periodic(jobGoOn, goOnEvery, s.goOn)
	s.d.Jobs.Periodic(jobSweep, time.Hour, s.sweep)
}

// goOn takes up batches that stand still: whoever worked on them has died.
func (s *Service) goOn(ctx context.Context) error {
	ids, err := store.All[string](ctx, s.d.DB, sqlUnfinished, store.At(s.d.Clock.Now().Add(-goOnEvery)))
	for _, id := range ids {
		if err := s.Work(ctx, id, nil); err != nil {
			return err
		}
	}
	return err
}

// may finds a batch that an actor may see and change. errs.NotFound, code
// intro.no_batch: there is none, or it is another source's.
func (s *Service) may(ctx context.Context, by policy.Actor, batchID string) (Batch, Kind, error) {
	row, found, err := store.Find[batchRow](ctx, s.d.DB, sqlBatch, batchID)
	if err != nil {
		return Batch{}, Kind{}, err
	}
	b := row.batch()
	k := s.kinds[b.Kind]
	none := errs.New(errs.NotFound, "intro.no_batch")
	if !found {
		return Batch{}, Kind{}, none
	}
	if err := s.check(ctx, by, k, b.Source); err != nil {
		return Batch{}, Kind{}, none.Because(err)
	}
	return b, k, nil
}

// Batch reads a batch with how many rows came to what. Errors are those of
// Apply.
func (s *Service) Batch(ctx context.Context, by policy.Actor, batchID string) (_ Batch, _ map[Outcome]int, err error) {
	defer errs.Wrap(&err, "intro.Batch")
	b, _, err := s.may(ctx, by, batchID)
	if err != nil {
		return Batch{}, nil, err
	}
	rows, err := store.All[struct {
		Outcome Outcome `db:"state"`
		N       int64   `db:"n"`
	}](ctx, s.d.DB, sqlOutcomes, batchID)
	out := map[Outcome]int{}
	for _, r := range rows {
		out[r.Outcome] = int(r.N)
	}
	return b, out, err
}

// Lines reads up to limit rows after row n, in the order of the file. Errors
// are those of Apply.
func (s *Service) Lines(ctx context.Context, by policy.Actor, batchID string, n, limit int) (_ []Line, err error) {
	defer errs.Wrap(&err, "intro.Lines")
	return s.lines(ctx, by, sqlLines, batchID, n, limit)
}

// WrongLines is Lines for the rows that are wrong or were refused.
func (s *Service) WrongLines(ctx context.Context, by policy.Actor, batchID string, n, limit int) (_ []Line, err error) {
	defer errs.Wrap(&err, "intro.WrongLines")
	return s.lines(ctx, by, sqlWrongLines, batchID, n, limit)
}

func (s *Service) lines(ctx context.Context, by policy.Actor, query, batchID string, n, limit int) ([]Line, error) {
	b, _, err := s.may(ctx, by, batchID)
	if err != nil {
		return nil, err
	}
	rows, err := store.All[lineRow](ctx, s.d.DB, query, batchID, n, limit)
	if err != nil {
		return nil, err
	}
	if err := s.recordLooks(ctx, by, b, rows); err != nil {
		return nil, err
	}
	out := make([]Line, len(rows))
	for i, r := range rows {
		cells, err := r.cells()
		if err != nil {
			return nil, err
		}
		out[i] = Line{Row: Row{Line: int(r.Line), Cells: cells, Field: r.Field, Problem: r.Problem}, N: int(r.N), Outcome: r.Outcome}
	}
	return out, nil
}
