// SPDX-License-Identifier: Apache-2.0

package intro

import (
	"context"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Undo begins to take back what an applied batch gave, and only that. Errors are
// those of Apply; errs.Conflict, code intro.undo_people: accounts are not taken
// back.
func (s *Service) Undo(ctx context.Context, by policy.Actor, batchID string) (err error) {
	defer errs.Wrap(&err, "intro.Undo")
	b, k, err := s.may(ctx, by, batchID)
	if err != nil {
		return err
	}
	if k.Kind == People {
		return errs.New(errs.Conflict, "intro.undo_people")
	}
	return s.begin(ctx, by, b, Applied, Undoing, func(content []byte) ledger.Record {
		return ledger.Record{Event: "identity.introduction_undone", Content: content}
	})
}

// undone is how many rows are taken back in one transaction.
const undone = 500

func (s *Service) undoStep(ctx context.Context, b Batch) error {
	rows, err := store.All[lineRow](ctx, s.d.DB, sqlLines, b.ID, b.Done, undone)
	if err != nil {
		return err
	}
	to := b.Total
	if len(rows) == undone {
		to = int(rows[undone-1].N)
	}
	k := s.kinds[b.Kind]
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := tx.ExecOne(ctx, sqlProgress, b.ID, Undoing, b.Done, to, store.At(tx.Now())); err != nil {
			return err
		}
		for _, r := range rows {
			switch r.Outcome {
			case Introduced: // a Conflict if it has been granted since it was read
				if err := tx.ExecOne(ctx, sqlUnwait, r.NationalCode, b.ID, r.N); err != nil {
					return err
				}
			case Granted:
				c := identity.Capacity{ID: r.Capacity, Person: r.Person, Role: k.Role, Source: "introduction " + b.ID}
				if _, err := s.d.Identity.RevokeTx(ctx, tx, b.By, c, "intro.why_undone"); err != nil {
					return err
				}
			default:
				continue
			}
			if err := tx.ExecOne(ctx, sqlSetOutcome, b.ID, r.N, TakenBack, r.Person, r.Capacity); err != nil {
				return err
			}
		}
		return nil
	})
}
