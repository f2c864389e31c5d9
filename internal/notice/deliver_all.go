// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// MaxDeliverAll is how many notices one act may deliver: they share a
// transaction, for which SQLite's other writers wait.
const MaxDeliverAll = 20_000

// DeliverAll issues all of list in one act and one transaction: every notice
// with its evidence, alert and event, or none. The answers stand in the order
// of list. Notices whose Key was used before keep their first answer, as in
// Deliver, and do not hold up the others.
func (s *Service) DeliverAll(ctx context.Context, list []NewNotice) (out []Issued, err error) {
	defer errs.Wrap(&err, "notice.DeliverAll")
	if len(list) > MaxDeliverAll {
		return nil, errs.New(errs.TooLarge, "notice.too_many", "max", MaxDeliverAll)
	}
	out = make([]Issued, len(list))
	todo := make([]int, len(list)) // places in list
	for i := range list {
		todo[i] = i
	}
	for range deliverTries {
		err = s.d.DB.WriteBulk(ctx, len(todo), func(tx *store.Tx, i int) error {
			var err error
			out[todo[i]], err = s.IssueTx(ctx, tx, list[todo[i]])
			return err
		})
		if !errs.Is(err, errs.Conflict) {
			return out, err
		}
		var findErr error
		if todo, findErr = s.notYet(ctx, list, todo, out); findErr != nil {
			return nil, findErr
		}
	}
	return nil, err
}

// notYet leaves out what was issued under its key before and notes the answer.
func (s *Service) notYet(ctx context.Context, list []NewNotice, todo []int, out []Issued) ([]int, error) {
	var rest []int
	for _, i := range todo {
		first, found, err := s.findIssued(ctx, s.d.DB, list[i].Key)
		if err != nil {
			return nil, err
		}
		if !found {
			rest = append(rest, i)
			continue
		}
		if out[i] = first; s.sameContent(ctx, list[i], first) != nil {
			return nil, errs.New(errs.Conflict, "notice.key_reused")
		}
	}
	return rest, nil
}
