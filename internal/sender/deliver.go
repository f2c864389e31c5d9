// SPDX-License-Identifier: Apache-2.0

package sender

import (
	"context"
	"strconv"
	"time"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Events that a body's program is told of.
const (
	eventArrived     = "notice.arrived"
	eventViewed      = "notice.viewed"
	eventDeemed      = "notice.deemed"
	eventNotPossible = "notice.not_possible"
	eventBatchEnded  = "batch.ended"
)

// Jobs registers what this module does later and what it hears.
func (s *Service) Jobs() {
	s.keeper.Jobs()
	s.d.Bulk.Handle(s.batchKind())
	jobs.Subscribe(s.d.Jobs, "sender", func(ctx context.Context, e notice.Viewed) error {
		return s.happened(ctx, e.Notice, e.Kind, eventViewed, e.At)
	})
	jobs.Subscribe(s.d.Jobs, "sender", func(ctx context.Context, e notice.Deemed) error {
		return s.happened(ctx, e.Notice, e.Kind, eventDeemed, e.At)
	})
	s.d.Jobs.Periodic("sender.batches", time.Hour, s.sweepBatches)
	s.d.Jobs.Periodic("sender.sweep", time.Hour, func(ctx context.Context) error {
		return s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
			return tx.Exec(ctx, sqlOldCounts, "s"+strconv.FormatInt(tx.Now().Add(-time.Hour).Unix(), 10))
		})
	})
}

// happened writes a fact of a notice beside what was sent, once, and tells it.
func (s *Service) happened(ctx context.Context, noticeID, kind, event string, at time.Time) error {
	if !(notice.Notice{Kind: kind}).FromBody() {
		return nil
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		row, found, err := store.Find[sentRow](ctx, tx, sqlOfNotice, noticeID)
		if err != nil || !found {
			return err
		}
		query := sqlSeen
		if event == eventDeemed {
			query = sqlDeemed
		}
		n, err := tx.ExecN(ctx, query, row.Body, row.ID, store.At(at))
		if err != nil || n == 0 {
			return err
		}
		return s.tell(ctx, tx, row, event, at)
	})
}

// tellAll tells what is known of a notice when it is sent; of a test, its whole life.
func (s *Service) tellAll(ctx context.Context, tx *store.Tx, row sentRow) error {
	event := eventArrived
	if row.State == NotPossible {
		event = eventNotPossible
	}
	err := s.tell(ctx, tx, row, event, row.Sent.Time)
	if err == nil && !row.Viewed.IsZero() {
		err = s.tell(ctx, tx, row, eventViewed, row.Viewed.Time)
	}
	if err == nil && !row.Deemed.IsZero() {
		err = s.tell(ctx, tx, row, eventDeemed, row.Deemed.Time)
	}
	return err
}

// tell has the body's program told. Nothing in it says who the addressee is.
func (s *Service) tell(ctx context.Context, tx *store.Tx, row sentRow, event string, at time.Time) error {
	if row.Quiet {
		return nil
	}
	return s.keeper.TellTx(ctx, tx, row.Body, event, at, map[string]any{"id": row.ID, "reference": row.Reference, "number": row.Number, "test": row.Test})
}
