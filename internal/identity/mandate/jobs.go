// SPDX-License-Identifier: Apache-2.0

package mandate

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/sms"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	jobTell = "mandate.sms"
	jobOver = "mandate.over"

	subscriber = "mandate"
	overBatch  = 100
)

// tellJob is a text message to a person. It names nobody: telephones are shared.
type tellJob struct {
	ID     string `json:"id"`
	Person string `json:"person"`
	What   string `json:"what"` // offered, accepted, ended
}

// Jobs registers what the package does in the background.
func (s *Service) Jobs() {
	jobs.Handle(s.d.Jobs, jobTell, s.tell)
	jobs.Subscribe(s.d.Jobs, subscriber, s.onStatus)
	s.d.Jobs.Periodic(jobOver, time.Hour, s.over)
}

func (s *Service) tellTx(ctx context.Context, tx *store.Tx, m Mandate, person, what string) error {
	return s.d.Jobs.EnqueueTx(ctx, tx, jobTell, tellJob{ID: id.New(), Person: person, What: what})
}

func (s *Service) tell(ctx context.Context, j tellJob) error {
	p, err := s.d.Identity.Person(ctx, j.Person)
	if err != nil || p.Mobile == "" || p.Status != identity.Active {
		return err
	}
	text := s.d.Catalog.Printer(p.Lang).T("mandate.sms." + j.What)
	_, err = s.d.SMS.Send(ctx, sms.Message{To: p.Mobile, Text: text, Reference: "mandate-" + j.ID})
	if errs.Is(err, errs.Invalid) { // no later try would help
		return nil
	}
	return err
}

// over ends what has come to its last day, and forgets old tries. The capacity
// has ended with the day already; this writes it down and tells the others.
func (s *Service) over(ctx context.Context) error {
	rows, err := store.All[row](ctx, s.d.DB, sqlOver, civil.Of(s.d.Clock.Now()), overBatch)
	if err != nil {
		return err
	}
	for _, r := range rows {
		err := s.end(ctx, policy.Actor{Role: policy.System}, r.mandate(), Over)
		if err != nil && !errs.Is(err, errs.Conflict) { // somebody was faster
			return err
		}
	}
	return s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		return tx.Exec(ctx, sqlOldTries, store.At(tx.Now().Add(-24*time.Hour)))
	})
}
