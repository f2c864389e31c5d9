// SPDX-License-Identifier: Apache-2.0

package sender

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/notice/bulk"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// both writes words in both languages, to be kept.
func (s *Service) both(code string, args ...any) notice.Text {
	return notice.Text{FA: s.d.Catalog.Printer(i18n.FA).T(code, args...), EN: s.d.Catalog.Printer(i18n.EN).T(code, args...)}
}

func (s *Service) batchKind() bulk.Kind {
	return bulk.Kind{Name: kindBatch, Issue: s.issueRow, Ended: s.batchEnded}
}

// rests are why a batch waits, by the quota that is used up.
var rests = map[string]string{
	"sender.quota.day": "sender.batch.rests.day", "sender.quota.month": "sender.batch.rests.month", "sender.quota.misses": "sender.batch.rests.misses",
}

// issueRow sends the notice of a row as Send does: the same reference is the same
// notice, whether it came alone or in a batch. Over a quota the batch waits.
func (s *Service) issueRow(ctx context.Context, tx *store.Tx, by policy.Actor, r bulk.Row) (notice.Issued, error) {
	b, err := store.One[batchRow](ctx, tx, sqlBatch, by.For, r.Batch)
	if err != nil {
		return notice.Issued{}, errs.New(errs.Internal, "").Because(err)
	}
	var m Message
	if err := json.Unmarshal(r.Payload, &m); err != nil {
		return notice.Issued{}, errs.New(errs.Internal, "").Because(err)
	}
	a := policy.Actor{Person: b.StartedBy, For: b.Body, Role: policy.Representative, Unit: unitLive, Capacity: b.Capacity}
	if b.Test {
		a.Unit = unitTest
	}
	to, outcome, bad := s.addressee(m, b.Test)
	if err := errs.InvalidFields(bad); err != nil {
		return notice.Issued{}, err
	}
	row, err := s.sendTx(ctx, tx, a, m, to, outcome, s.asked(m, to), manner{many: true, batch: b.ID, quiet: !b.Each, hand: !b.ByKey})
	if err != nil {
		return notice.Issued{}, s.heldBy(tx.Now(), err)
	}
	return notice.Issued{ID: row.Notice, Number: row.Number, Electronic: row.State == Arrived}, nil
}

// heldBy tells what stops one row from what stops all of them.
func (s *Service) heldBy(now time.Time, err error) error {
	e, ok := errors.AsType[*errs.Error](err)
	switch {
	case !ok:
		return err
	case errs.Is(err, errs.RateLimited) && rests[e.Code] != "":
		return &bulk.Held{Until: now.Add(time.Duration(waitOf(e)) * time.Second).Truncate(time.Minute), Reason: s.both(rests[e.Code])}
	case errs.Is(err, errs.Unauthenticated):
		return &bulk.Held{Reason: s.both("sender.batch.stopped.key")}
	case e.Code == "sender.contract_rests":
		return &bulk.Held{Reason: s.both("sender.batch.stopped.contract")}
	}
	return err
}

// batchEnded tells the body's program of the end of a batch, once.
func (s *Service) batchEnded(ctx context.Context, tx *store.Tx, b bulk.Batch) error {
	return s.keeper.TellTx(ctx, tx, b.By.For, eventBatchEnded, tx.Now(), map[string]any{
		"batch": b.ID, "key": b.Key, "state": string(b.State), "test": b.Sender == line(b.By.For, true), "rows": b.Total,
		"arrived": b.Issued - b.Unreached, "not_possible": b.Unreached, "refused": b.Refused, "twins": b.Twins,
	})
}

// batchesFollow lets a decision on a contract reach the batches at once: what may be
// sent no more is stopped, and what waits for a quota may go on.
func (s *Service) batchesFollow(ctx context.Context, tx *store.Tx, a policy.Actor, c Contract) error {
	switch c.State {
	case Approved:
		return s.d.Bulk.WakeTx(ctx, tx, line(c.Body, false))
	case Suspended:
		return s.d.Bulk.HaltTx(ctx, tx, a, line(c.Body, false), s.both("sender.batch.stopped.suspended"))
	case Ended:
		for _, test := range []bool{false, true} {
			if err := s.d.Bulk.HaltTx(ctx, tx, a, line(c.Body, test), s.both("sender.batch.stopped.ended")); err != nil {
				return err
			}
		}
	}
	return nil
}
