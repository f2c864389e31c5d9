// SPDX-License-Identifier: Apache-2.0

package bulk

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// quota is a kind whose rows are issued as long as there is room.
type quota struct {
	room  int
	until time.Time
	ended []Batch
}

func (q *quota) kind(r *rig) Kind {
	plain := r.plain()
	return Kind{
		Name: "quota", Known: plain.Known,
		Issue: func(ctx context.Context, tx *store.Tx, by policy.Actor, x Row) (notice.Issued, error) {
			n, err := store.One[int64](ctx, tx, `SELECT count(*) FROM notice_batch_done`)
			if err != nil {
				return notice.Issued{}, err
			}
			if int(n) >= q.room {
				return notice.Issued{}, &Held{Until: q.until, Reason: notice.Text{FA: "سهمیه", EN: "quota"}}
			}
			if n%10 == 9 {
				return notice.Issued{}, nil // nobody is reached
			}
			return plain.Issue(ctx, tx, by, x)
		},
		Ended: func(_ context.Context, _ *store.Tx, b Batch) error {
			q.ended = append(q.ended, b)
			return nil
		},
	}
}

func (r *rig) beganOf(t *testing.T, kind, key string, list []NewRow) Batch {
	t.Helper()
	ctx := t.Context()
	b := must(r.Open(ctx, clerk, Order{Kind: kind, Key: key, Sender: clerk.Unit, SenderKind: Court, Title: notice.Text{FA: "دسته", EN: "Batch"}}))(t)
	for _, err := range []error{r.Take(ctx, clerk, b.ID, 0, list), r.Seal(ctx, clerk, b.ID), r.Start(ctx, clerk, b.ID)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// What is over a quota waits, to the row; the rest goes when there is room, or is left
// with the reason when the sender may send no more.
func TestHeld(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		q := &quota{room: 73, until: r.clk.Now().Add(time.Hour)}
		r.Handle(q.kind(r))
		b, next := r.beganOf(t, "quota", "held", rows(t, 0, 120)), r.beganOf(t, "quota", "next", rows(t, 500, 10))
		r.runAll(t, r.Service)
		got := must(r.Batch(ctx, clerk, b.ID))(t)
		if got.State != Going || got.Issued != 73 || got.Waiting() != 47 || !got.Rests.Equal(q.until) || got.Why.EN != "quota" || got.Unreached != 7 {
			t.Fatalf("at the quota: %+v", got)
		}
		r.runAll(t, r.Service)
		q.room = 1000
		r.runAll(t, r.Service)
		if got = must(r.Batch(ctx, clerk, b.ID))(t); got.Issued != 73 {
			t.Errorf("it did not rest: %+v", got)
		}
		r.clk.Advance(time.Hour)
		q.room = 100
		q.until = r.clk.Now().Add(time.Hour)
		r.runAll(t, r.Service)
		if got = must(r.Batch(ctx, clerk, b.ID))(t); got.Issued != 100 {
			t.Errorf("after the rest: %+v", got)
		}
		// There is room before the time.
		q.room = 110
		if err := r.db.Write(ctx, func(tx *store.Tx) error { return r.WakeTx(ctx, tx, clerk.Unit) }); err != nil {
			t.Fatal(err)
		}
		r.runAll(t, r.Service)
		if got = must(r.Batch(ctx, clerk, b.ID))(t); got.Issued != 110 || got.Rests.IsZero() {
			t.Errorf("after it was woken: %+v", got)
		}
		// The sender may send no more.
		q.until, q.room = time.Time{}, 110
		if err := r.db.Write(ctx, func(tx *store.Tx) error { return r.WakeTx(ctx, tx, clerk.Unit) }); err != nil {
			t.Fatal(err)
		}
		r.runAll(t, r.Service)
		for id, left := range map[string]int{b.ID: 10, next.ID: 10} {
			got := must(r.Batch(ctx, clerk, id))(t)
			if got.State != Stopped || got.Waiting() != left || got.Why.EN != "quota" || !got.Rests.IsZero() {
				t.Errorf("held for good: %+v", got)
			}
		}
		if len(q.ended) != 2 || q.ended[0].ID != b.ID || q.ended[0].Issued != 110 {
			t.Errorf("heard of %+v", q.ended)
		}
		list, more, err := r.Rows(ctx, clerk, b.ID, ShowAll, 107, 3)
		if err != nil || !more || len(list) != 3 || list[0].State != RowDone || list[2].State != RowLeft || list[2].Key != "k110" || !list[1].Unreached {
			t.Errorf("rows %+v %v %v", list, more, err)
		}
		list, _, err = r.Rows(ctx, clerk, b.ID, ShowUnreached, -1, 100)
		if err != nil || len(list) != 11 || list[0].N != 9 {
			t.Errorf("not reached: %+v %v", list, err)
		}
		if _, _, err := r.Rows(ctx, other, b.ID, ShowAll, -1, 10); !errs.Is(err, errs.NotFound) {
			t.Errorf("another's rows: %v", err)
		}
	})
}

// A sender's batches end in the act that ends its right to send; rows that their module
// found wrong are kept with field and code.
func TestHalt(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		q := &quota{room: 1000}
		r.Handle(q.kind(r))
		list := rows(t, 0, 3)
		list[1].Wrong = errs.InvalidFields([]errs.Field{{Name: "to", Code: "form.required"}})
		b, mine := r.beganOf(t, "quota", "one", list), r.begun(t, other, "other", rows(t, 90, 2))
		taking := must(r.Open(ctx, clerk, Order{Kind: "quota", Key: "two", Sender: clerk.Unit, SenderKind: Court}))(t)
		why := notice.Text{FA: "تعلیق", EN: "suspended"}
		if err := r.db.Write(ctx, func(tx *store.Tx) error { return r.HaltTx(ctx, tx, admin, clerk.Unit, why) }); err != nil {
			t.Fatal(err)
		}
		r.runAll(t, r.Service)
		for _, id := range []string{b.ID, taking.ID} {
			if got := must(r.Batch(ctx, clerk, id))(t); got.State != Stopped || got.Issued != 0 || got.Why != why {
				t.Errorf("halted: %+v", got)
			}
		}
		if got := must(r.Batch(ctx, other, mine.ID))(t); got.State != Done || got.Issued != 2 {
			t.Errorf("another sender's: %+v", got)
		}
		if len(q.ended) != 2 {
			t.Errorf("heard of %d", len(q.ended))
		}
		got, _, err := r.Rows(ctx, clerk, b.ID, ShowRefused, -1, 10)
		if err != nil || len(got) != 1 || got[0].Field != "to" || got[0].Code != "form.required" || got[0].Reason.EN == "" || strings.Contains(got[0].Reason.EN, "⟦") {
			t.Errorf("refused: %+v %v", got, err)
		}
	})
}
