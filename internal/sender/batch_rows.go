// SPDX-License-Identifier: Apache-2.0

package sender

import (
	"context"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/notice/bulk"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// What became of a row, beside Arrived and NotPossible; part of locale keys.
const (
	RowWaiting State = "waiting"
	RowRefused State = "refused"
	RowTwin    State = "twin" // the reference is in a batch already
	RowLeft    State = "left" // the batch was stopped before its turn
)

// Result is what became of one row of a batch. Sent is what is known of its notice; of
// a twin, of the notice that was sent under its reference.
type Result struct {
	Row         int64 // the first one is 1
	Reference   string
	State       State
	Field, Code string // why it was refused
	Reason      notice.Text
	Sent        Sent
}

const sqlByReferences = `SELECT ` + sentColumns + ` FROM sender_notice WHERE body = $1 AND test = $2 AND reference = ANY($3)`

// Results are the rows of a batch after row n (0: from the first), in order, at most
// size of them. Nothing in them says who an addressee is.
func (s *Service) Results(ctx context.Context, a policy.Actor, batch string, show bulk.Show, after int64, size int) (out []Result, more bool, err error) {
	defer errs.Wrap(&err, "sender.Results")
	b, err := s.own(ctx, a, batch)
	if err != nil {
		return nil, false, err
	}
	list, more, err := s.d.Bulk.Rows(ctx, a, batch, show, after-1, size)
	if err != nil {
		return nil, false, err
	}
	references := make([]string, len(list))
	for i, r := range list {
		references[i] = r.Key
	}
	rows, err := store.All[sentRow](ctx, s.d.DB, sqlByReferences, b.Body, b.Test, references)
	if err != nil {
		return nil, false, err
	}
	sent := make(map[string]Sent, len(rows))
	for _, r := range rows {
		sent[r.Reference] = r.sent()
	}
	for _, r := range list {
		x := Result{Row: r.N + 1, Reference: r.Key, State: State(r.State), Field: r.Field, Code: r.Code, Reason: r.Reason}
		if r.State == bulk.RowDone || r.State == bulk.RowTwin {
			x.Sent = sent[r.Key]
		}
		if r.State == bulk.RowDone {
			x.State = x.Sent.State
		}
		out = append(out, x)
	}
	return out, more, nil
}

// resultsAtOnce is how many rows of a file are read at once.
const resultsAtOnce = 1000

// everyResult calls fn with each row of a batch, in order.
func (s *Service) everyResult(ctx context.Context, a policy.Actor, batch string, fn func(Result) error) error {
	after := int64(0)
	for {
		list, more, err := s.Results(ctx, a, batch, bulk.ShowAll, after, resultsAtOnce)
		if err != nil {
			return err
		}
		for _, r := range list {
			if err := fn(r); err != nil {
				return err
			}
			after = r.Row
		}
		if !more {
			return nil
		}
	}
}
