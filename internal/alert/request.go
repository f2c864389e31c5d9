// SPDX-License-Identifier: Apache-2.0

package alert

import (
	"context"
	"slices"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const kindSend = "alert.send"

type sendArgs struct {
	Owner string `json:"owner"`
	Ref   string `json:"ref"`
	Kind  Kind   `json:"kind"`
}

// RequestTx asks for an alert in the caller's transaction: one row and one job. It
// only writes, so it may be used in a blind transaction. The second request of a
// kind about the same thing fails the transaction with errs.Conflict; AgainTx does
// not.
func (s *Service) RequestTx(ctx context.Context, tx *store.Tx, r Request) (err error) {
	defer errs.Wrap(&err, "alert.RequestTx")
	if r.Person == "" || r.Ref == "" || !slices.Contains(Kinds(), r.Kind) {
		return errs.New(errs.Invalid, "")
	}
	row := alertRow{Owner: r.Person, Ref: r.Ref, Kind: string(r.Kind), State: Queued, Made: store.At(tx.Now()), Due: store.At(tx.Now())}
	if r.At.After(tx.Now()) {
		row.Due = store.At(r.At)
	}
	if err := store.Insert(ctx, tx, "alert_alert", row); err != nil {
		return err
	}
	return s.enqueue(ctx, tx, row)
}

const sqlPutOff = `INSERT INTO alert_alert (owner, ref, kind, state, made_us, due_us) VALUES ($1, $2, $3, 'queued', $4, $5)
	ON CONFLICT (owner, ref, kind) DO UPDATE SET due_us = excluded.due_us WHERE alert_alert.state = 'queued'`

// AgainTx asks for an alert, or puts off one that was asked for and not sent yet.
// What was sent stays sent.
func (s *Service) AgainTx(ctx context.Context, tx *store.Tx, r Request) (err error) {
	defer errs.Wrap(&err, "alert.AgainTx")
	if r.Person == "" || r.Ref == "" || !slices.Contains(Kinds(), r.Kind) {
		return errs.New(errs.Invalid, "")
	}
	row := alertRow{Owner: r.Person, Ref: r.Ref, Kind: string(r.Kind), Due: store.At(r.At)}
	if row.Due.Before(tx.Now()) {
		row.Due = store.At(tx.Now())
	}
	if err := tx.Exec(ctx, sqlPutOff, row.Owner, row.Ref, row.Kind, store.At(tx.Now()), row.Due); err != nil {
		return err
	}
	return s.enqueue(ctx, tx, row)
}

func (s *Service) enqueue(ctx context.Context, tx *store.Tx, r alertRow) error {
	opts := []jobs.Option{}
	if r.Due.After(tx.Now()) {
		opts = append(opts, jobs.At(r.Due.Time))
	}
	return s.d.Jobs.EnqueueTx(ctx, tx, kindSend, sendArgs{Owner: r.Owner, Ref: r.Ref, Kind: Kind(r.Kind)}, opts...)
}
