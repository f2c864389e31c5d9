// SPDX-License-Identifier: Apache-2.0

package proofing

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const kindTell = "proofing.tell"

// tellAfter is how long somebody has to come back from the broker and see the
// outcome before they are told.
const tellAfter = 2 * time.Minute

type tellJob struct {
	Token string `json:"token"`
}

// tellLaterTx has the person told how an attempt ended, unless they see it before.
func (s *Service) tellLaterTx(ctx context.Context, tx *store.Tx, t Try) error {
	return s.d.Jobs.EnqueueTx(ctx, tx, kindTell, tellJob{t.Token}, jobs.Unique(t.Token), jobs.At(tx.Now().Add(tellAfter)))
}

// saw notes that the person has seen how an attempt ended.
func (s *Service) saw(ctx context.Context, o Order, t Try) error {
	if t.Decided.IsZero() || !t.seen.IsZero() {
		return nil
	}
	return s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		return tx.Exec(ctx, seeTry, o.Owner, o.ID, t.Number, store.At(tx.Now()))
	})
}

// tell sends the message, on every way on which the person is reached. It says
// that there is an outcome and not which. An account that has ended is told nothing.
func (s *Service) tell(ctx context.Context, j tellJob) (err error) {
	defer errs.Wrap(&err, "proofing: tell the outcome")
	o, t, err := s.byToken(ctx, j.Token)
	if err != nil || !t.seen.IsZero() {
		return err
	}
	status, _, err := s.d.Identity.StatusOf(ctx, s.d.DB, o.Owner)
	if err != nil || status != identity.Active {
		return err
	}
	return s.d.Identity.TellAll(ctx, o.Owner, "proofing.sms.outcome", "proofing-"+t.Reference)
}
