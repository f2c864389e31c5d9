// SPDX-License-Identifier: Apache-2.0

package bulk

import (
	"context"
	"embed"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Locale holds the words of this package.
//
//go:embed locale/fa.json locale/en.json
var Locale embed.FS

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations makes the tables of this package: 17030 to 17039.
var Migrations = store.Migrations{Module: "notice", FS: migrations}

// Deps are what a Service needs.
type Deps struct {
	DB      *store.DB
	Log     *slog.Logger
	Jobs    *jobs.Runner
	Ledger  *ledger.Ledger
	Policy  *policy.Engine
	Catalog *i18n.Catalog
	Notice  *notice.Service
}

// Service issues batches.
type Service struct {
	d     Deps
	id    string // of this process, as holder of turns
	kinds map[string]Kind
	alone int // rows of a turn of who sends alone

	mu      sync.Mutex
	running int
	again   bool // rows came while every lane was taken

	// step, if set, is told before each durable step and may fail it: tests
	// stand in for crashes with it.
	step func(name string) error
}

// New makes the service. Call Handle, Jobs and mount Routes before it is used.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Jobs == nil || d.Ledger == nil || d.Policy == nil || d.Catalog == nil || d.Notice == nil {
		return nil, errors.New("bulk: a dependency is missing")
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	s := &Service{d: d, id: id.New(), kinds: map[string]Kind{}, alone: quantumAlone}
	s.Handle(s.plain())
	return s, nil
}

// Handle registers what a module does with its rows. Call it before Jobs run.
func (s *Service) Handle(k Kind) { s.kinds[k.Name] = k }

func (s *Service) at(step string) error {
	if s.step == nil {
		return nil
	}
	return s.step(step)
}

// sweepEvery is how soon a sender is found whose wake was lost.
const sweepEvery = time.Minute

// jobTurn is the kind of the jobs that take turns.
const jobTurn = "notice.bulk"

type turnJob struct{}

// Jobs registers what this package does by itself.
func (s *Service) Jobs() {
	jobs.Handle(s.d.Jobs, jobTurn, func(ctx context.Context, _ turnJob) error { return s.run(ctx) })
	s.d.Jobs.Periodic("notice.bulk_sweep", sweepEvery, s.sweep)
}

// sweep wakes senders with something to send, whatever has become of their wake.
func (s *Service) sweep(ctx context.Context) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := tx.Exec(ctx, sqlForgot); err != nil {
			return err
		}
		n, err := store.One[int64](ctx, tx, sqlAnyBusy)
		if err != nil || n == 0 {
			return err
		}
		return s.wakeTx(ctx, tx)
	})
}

// remindAfter is how soon a sender is found whom this process should have begun with
// at once.
const remindAfter = 2 * time.Second

func (s *Service) wakeTx(ctx context.Context, tx *store.Tx) error {
	return s.d.Jobs.EnqueueTx(ctx, tx, jobTurn, turnJob{}, jobs.Unique("turn"), jobs.First(), jobs.AtOnce(remindAfter))
}

// Batch is one batch with its counts. errs.NotFound: there is none, or the actor
// may not see it.
func (s *Service) Batch(ctx context.Context, a policy.Actor, id string) (_ Batch, err error) {
	defer errs.Wrap(&err, "bulk.Batch")
	r, err := store.One[batchRow](ctx, s.d.DB, sqlBatch, id)
	if err != nil {
		return Batch{}, err
	}
	b := r.batch()
	if err := s.check(a, "bulk.see", b); err != nil {
		return Batch{}, err
	}
	n, err := store.One[int64](ctx, s.d.DB, sqlPaper, id)
	if err != nil {
		return Batch{}, err
	}
	none, err := store.One[int64](ctx, s.d.DB, sqlNone, id)
	b.Paper, b.Unreached = int(n), int(none)
	return b, err
}

// check hides what the actor may not even see.
func (s *Service) check(a policy.Actor, action string, b Batch) error {
	err := s.d.Policy.Check(a, action, resource(b))
	if errs.Is(err, errs.Forbidden) && s.d.Policy.Check(a, "bulk.see", resource(b)) != nil {
		return errs.New(errs.NotFound, "").Because(err)
	}
	return err
}

// pageSize is how many batches or faults stand on one page.
const pageSize = 50

// Batches are those of the actor's unit, or all of them for who may see all; the
// newest first. before is the id of the last one of the page before; "" for the first.
func (s *Service) Batches(ctx context.Context, a policy.Actor, before string) (out []Batch, next string, err error) {
	defer errs.Wrap(&err, "bulk.Batches")
	return s.batches(ctx, a, a.Unit, s.d.Policy.Check(a, "bulk.see", resource(Batch{})) == nil, before)
}

// BatchesOf are those of one sender, the newest first, as Batches.
func (s *Service) BatchesOf(ctx context.Context, a policy.Actor, sender, before string) (out []Batch, next string, err error) {
	defer errs.Wrap(&err, "bulk.BatchesOf")
	return s.batches(ctx, a, sender, false, before)
}

func (s *Service) batches(ctx context.Context, a policy.Actor, sender string, all bool, before string) (out []Batch, next string, err error) {
	if before == "" {
		before = "~" // above every id
	}
	rows, err := store.All[batchRow](ctx, s.d.DB, sqlBatchesOf, sender, all, before, pageSize+1)
	if err != nil {
		return nil, "", err
	}
	if len(rows) > pageSize {
		rows, next = rows[:pageSize], rows[pageSize-1].ID
	}
	for _, r := range rows {
		b := r.batch()
		switch err := s.d.Policy.Check(a, "bulk.see", resource(b)); {
		case err == nil:
			out = append(out, b)
		case !errs.Is(err, errs.Forbidden):
			return nil, "", err
		}
	}
	return out, next, s.countUnreached(ctx, out)
}

func (s *Service) countUnreached(ctx context.Context, list []Batch) error {
	ids := make([]string, len(list))
	for i, b := range list {
		ids[i] = b.ID
	}
	rows, err := store.All[struct {
		Batch string `db:"batch"`
		N     int64  `db:"n"`
	}](ctx, s.d.DB, sqlNoneIn, ids)
	for _, r := range rows {
		list[slices.Index(ids, r.Batch)].Unreached = int(r.N)
	}
	return err
}

// Faults are the rows of a batch that were not issued, after row n.
func (s *Service) Faults(ctx context.Context, a policy.Actor, batch string, after int64) (out []Fault, more bool, err error) {
	defer errs.Wrap(&err, "bulk.Faults")
	b, err := s.Batch(ctx, a, batch)
	if err != nil {
		return nil, false, err
	}
	rows, err := store.All[rowRow](ctx, s.d.DB, sqlFaults, b.ID, after, pageSize+1)
	if err != nil {
		return nil, false, err
	}
	if more = len(rows) > pageSize; more {
		rows = rows[:pageSize]
	}
	for _, r := range rows {
		out = append(out, Fault{N: r.N, Label: r.Label, Twin: r.State == RowTwin, Reason: notice.Text{FA: r.ReasonFA, EN: r.ReasonEN}})
	}
	return out, more, nil
}

// Rows are the rows of a batch after row n, in order; at most size of them.
func (s *Service) Rows(ctx context.Context, a policy.Actor, batch string, show Show, after int64, size int) (out []Outcome, more bool, err error) {
	defer errs.Wrap(&err, "bulk.Rows")
	r, err := store.One[batchRow](ctx, s.d.DB, sqlBatch, batch)
	if err != nil {
		return nil, false, err
	}
	if err := s.check(a, "bulk.see", r.batch()); err != nil {
		return nil, false, err
	}
	query := map[Show]string{ShowRefused: sqlFaults, ShowUnreached: sqlUnreached}[show]
	if query == "" {
		query = sqlOutcomes
	}
	rows, err := store.All[rowRow](ctx, s.d.DB, query, batch, after, size+1)
	if err != nil {
		return nil, false, err
	}
	if more = len(rows) > size; more {
		rows = rows[:size]
	}
	var done []int64
	for _, x := range rows {
		if x.State == RowDone {
			done = append(done, x.N)
		}
		out = append(out, Outcome{N: x.N, Key: x.Idem, State: x.State, Reason: notice.Text{FA: x.ReasonFA, EN: x.ReasonEN}, Field: x.Field, Code: x.Code})
	}
	none, err := store.All[int64](ctx, s.d.DB, sqlNoneOf, batch, done)
	for i := range out { // both are in order
		_, out[i].Unreached = slices.BinarySearch(none, out[i].N)
	}
	return out, more, err
}

// codeOf is the field and the code of what is wrong with a row.
func codeOf(err error) (field, code string) {
	e, ok := errors.AsType[*errs.Error](err)
	switch {
	case !ok:
		return "", ""
	case len(e.Fields) > 0:
		return e.Fields[0].Name, e.Fields[0].Code
	}
	return "", e.Code
}

// words say in both languages what an error says, to be kept.
func (s *Service) words(err error) notice.Text {
	say := func(l i18n.Lang) string {
		p := s.d.Catalog.Printer(l)
		var e *errs.Error
		if errors.As(err, &e) && len(e.Fields) > 0 {
			return p.T(e.Fields[0].Code, e.Fields[0].Args...)
		}
		return p.Error(err)
	}
	return notice.Text{FA: say(i18n.FA), EN: say(i18n.EN)}
}
