// SPDX-License-Identifier: Apache-2.0

package intro

import (
	"context"
	"slices"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Apply begins to give what a checked batch introduces; wrong rows are left out.
// errs.NotFound, code intro.no_batch: there is none, or it is another source's.
// errs.Conflict: intro.begun (it was applied before) or intro.nothing (it has no
// good row).
func (s *Service) Apply(ctx context.Context, by policy.Actor, batchID string) (err error) {
	defer errs.Wrap(&err, "intro.Apply")
	b, _, err := s.may(ctx, by, batchID)
	if err != nil {
		return err
	}
	if b.Wrong == b.Total {
		return errs.New(errs.Conflict, "intro.nothing")
	}
	return s.begin(ctx, by, b, Checked, Applying, func(content []byte) ledger.Record {
		return ledger.Record{Event: "identity.introduction_applied", Content: content}
	})
}

// begin moves a batch on, with its evidence and the job that does the work.
func (s *Service) begin(ctx context.Context, by policy.Actor, b Batch, from, to State, record func(content []byte) ledger.Record) error {
	content, err := ledger.Canonical(map[string]any{
		"batch": b.ID, "kind": b.Kind, "source": b.Source, "sha256": b.SHA256, "rows": b.Total, "left_out": b.Wrong, "ground": s.kinds[b.Kind].Ground,
	})
	if err != nil {
		return err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := tx.ExecOne(ctx, sqlMove, b.ID, from, to, store.At(tx.Now())); err != nil {
			return err
		}
		r := record(content)
		r.Time, r.Owner, r.Subject, r.Actor, r.Role = tx.Now(), b.ID, b.ID, by.Person, string(by.Role)
		if _, err := s.d.Ledger.StageTx(ctx, tx, r); err != nil {
			return err
		}
		return s.d.Jobs.EnqueueTx(ctx, tx, jobWork, workJob{Batch: b.ID})
	})
	if errs.Is(err, errs.Conflict) {
		err = errs.New(errs.Conflict, "intro.begun").Because(err)
	}
	return err
}

// tries is how often a step is begun anew when somebody registered meanwhile or
// another process took it.
const tries = 5

// Work goes on with a batch until it is through; tell hears how far it is. Any
// number of processes may work on one: each step is taken once.
func (s *Service) Work(ctx context.Context, batchID string, tell func(done, total int)) (err error) {
	defer errs.Wrap(&err, "intro.Work")
	failed := 0
	for {
		row, found, err := store.Find[batchRow](ctx, s.d.DB, sqlBatch, batchID)
		if err != nil || !found {
			return err
		}
		b := row.batch()
		if tell != nil && (b.State == Applying || b.State == Undoing) {
			tell(b.Done, b.Total)
		}
		switch {
		case b.State != Applying && b.State != Undoing:
			return nil
		case b.Done >= b.Total:
			err = s.end(ctx, b)
		case b.State == Applying:
			err = s.applyStep(ctx, b)
		default:
			err = s.undoStep(ctx, b)
		}
		switch {
		case err == nil:
			failed = 0
		case !errs.Is(err, errs.Conflict):
			return err
		default:
			if failed++; failed == tries {
				return err
			}
		}
	}
}

func (s *Service) end(ctx context.Context, b Batch) error {
	to := Applied
	if b.State == Undoing {
		to = Undone
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		return tx.ExecOne(ctx, sqlMove, b.ID, b.State, to, store.At(tx.Now()))
	})
}

// decided is a row with what is to be written for it.
type decided struct {
	row     rowRow
	result  resultRow
	account identity.Enrolment
	act     act
}

// doTx gives or changes the capacity.
func (s *Service) doTx(ctx context.Context, tx *store.Tx, by policy.Actor, a act) error {
	switch {
	case a.gives():
		return s.d.Identity.AddCapacityTx(ctx, tx, by, a.now)
	case a.outcome == Revoked:
		return s.d.Identity.EndCapacityTx(ctx, tx, by, a.was, a.why)
	case a.changes():
		return s.d.Identity.ChangeCapacityTx(ctx, tx, by, a.step, a.was, a.now, a.why)
	}
	return nil
}

func (s *Service) applyStep(ctx context.Context, b Batch) error {
	to := min(b.Done+step, b.Total)
	list, err := s.decide(ctx, b, to)
	if err != nil {
		return err
	}
	err = s.d.DB.WriteBulk(ctx, len(list)+1, func(tx *store.Tx, i int) error {
		if i == len(list) {
			return tx.ExecOne(ctx, sqlProgress, b.ID, Applying, b.Done, to, store.At(tx.Now()))
		}
		d := list[i]
		if err := store.Insert(ctx, tx, "identity_intro_result", d.result); err != nil {
			return err
		}
		switch {
		case d.result.Outcome == Introduced:
			return store.Insert(ctx, tx, "identity_intro_waiting", waitingRow{d.row.NationalCode, b.ID, d.row.N})
		case b.Kind == People && d.result.Outcome == Granted:
			return s.d.Identity.EnrolTx(ctx, tx, b.By, d.account)
		case b.Kind == People:
			return nil
		}
		return s.doTx(ctx, tx, b.By, d.act)
	})
	if err != nil {
		return err
	}
	// Who has registered since the register was asked has been told of nobody.
	var waiting []string
	for _, d := range list {
		if d.result.Outcome == Introduced {
			waiting = append(waiting, d.row.NationalCode)
		}
	}
	known, err := s.d.Identity.HoldersOf(ctx, waiting)
	for _, k := range known {
		if err := s.settle(ctx, k); err != nil {
			return err
		}
	}
	return err
}

// decide says what becomes of the good rows after b.Done, up to row to.
func (s *Service) decide(ctx context.Context, b Batch, to int) ([]decided, error) {
	k, today := s.kinds[b.Kind], civil.Of(s.d.Clock.Now())
	rows, err := store.All[rowRow](ctx, s.d.DB, sqlGoodRows, b.ID, b.Done, to)
	if err != nil {
		return nil, err
	}
	known, err := s.d.Identity.HoldersOf(ctx, codesOf(rows, func(r rowRow) string { return r.NationalCode }))
	if err != nil {
		return nil, err
	}
	var people []string
	for _, w := range known {
		people = append(people, w.Person)
	}
	slices.Sort(people)
	held := map[string][]identity.Capacity{}
	if k.Kind != People {
		if held, err = s.d.Identity.CapacitiesOf(ctx, people); err != nil {
			return nil, err
		}
	}
	body, err := s.bodyName(ctx, b)
	if err != nil {
		return nil, err
	}
	out := make([]decided, len(rows))
	for i, r := range rows {
		cells, err := r.cells()
		if err != nil {
			return nil, err
		}
		who, has := known[r.NationalCode]
		fresh := k.capacity(b, cells, who.Person, id.New(), body, today)
		d := decided{row: r, act: k.judge(cells, who, has, held[who.Person], fresh, s.d.Clock.Now())}
		d.result = resultRow{Batch: b.ID, N: r.N, Person: who.Person, Outcome: d.act.outcome, Capacity: d.act.now.ID}
		if d.result.Was, err = d.act.before(); err != nil {
			return nil, err
		}
		if d.act.gives() && k.Kind == People {
			n, err := person(cells)
			if err == nil {
				d.account, err = identity.PrepareEnrolment(n)
			}
			if err != nil {
				return nil, err
			}
			d.result.Person = d.account.Person.ID
		}
		out[i] = d
	}
	return out, nil
}

// bodyName is of the body for which a batch introduces representatives.
func (s *Service) bodyName(ctx context.Context, b Batch) (string, error) {
	if behalf(b.Source) == "" {
		return "", nil
	}
	p, err := s.d.Identity.Person(ctx, behalf(b.Source))
	return p.Name(), err
}
