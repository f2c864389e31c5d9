// SPDX-License-Identifier: Apache-2.0

package intro

import (
	"context"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// onRegistered gives whoever has an account from now on what they were
// introduced for.
func (s *Service) onRegistered(ctx context.Context, e identity.Registered) error {
	p, err := s.d.Identity.Person(ctx, e.Person)
	if errs.Is(err, errs.NotFound) || err == nil && p.NationalCode == "" {
		return nil
	}
	if err != nil {
		return err
	}
	return s.settle(ctx, identity.Holder{NationalCode: p.NationalCode, Person: p.ID, LastName: p.LastName, Status: p.Status})
}

// settle gives somebody with an account what waits for them. Running twice
// gives once: the waiting row is the lock.
func (s *Service) settle(ctx context.Context, who identity.Holder) error {
	list, err := store.All[waitingRow](ctx, s.d.DB, sqlWaiting, who.NationalCode)
	if err != nil {
		return err
	}
	for _, w := range list {
		if err := s.settleOne(ctx, who, w); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) settleOne(ctx context.Context, who identity.Holder, w waitingRow) error {
	batch, err := store.One[batchRow](ctx, s.d.DB, sqlBatch, w.Batch)
	if err != nil {
		return err
	}
	line, err := store.One[lineRow](ctx, s.d.DB, sqlLine, w.Batch, w.N)
	if err != nil {
		return err
	}
	cells, err := line.cells()
	if err != nil {
		return err
	}
	held, err := s.d.Identity.Capacities(ctx, who.Person)
	if err != nil {
		return err
	}
	b, k, now := batch.batch(), s.kinds[batch.Kind], s.d.Clock.Now()
	body, err := s.bodyName(ctx, b)
	if err != nil {
		return err
	}
	today := civil.Of(now)
	a := k.judge(cells, who, true, held, k.capacity(b, cells, who.Person, id.New(), body, today), now)
	if until, err := civil.Parse(cells["until"]); err == nil && until < today {
		a = act{outcome: Refused} // it has run out meanwhile
	}
	was, err := a.before()
	if err != nil {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.ExecN(ctx, sqlUnwait, w.NationalCode, w.Batch, w.N)
		if err != nil || n == 0 { // somebody else was faster, or it was undone
			return err
		}
		if err := tx.ExecOne(ctx, sqlSetOutcome, w.Batch, w.N, a.outcome, who.Person, a.now.ID, was); err != nil {
			return err
		}
		return s.doTx(ctx, tx, b.By, a)
	})
}
