// SPDX-License-Identifier: Apache-2.0

package body

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/sms"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	jobTell = "body.sms"
	jobOver = "body.over"

	subscriber = "body"
	batch      = 100
	keptMisses = 24 * time.Hour
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

func (s *Service) tellTx(ctx context.Context, tx *store.Tx, person, what string) error {
	return s.d.Jobs.EnqueueTx(ctx, tx, jobTell, tellJob{ID: id.New(), Person: person, What: what})
}

func (s *Service) tell(ctx context.Context, j tellJob) error {
	p, err := s.d.Identity.Person(ctx, j.Person)
	if err != nil || p.Mobile == "" || p.Status != identity.Active {
		return err
	}
	_, err = s.d.SMS.Send(ctx, sms.Message{To: p.Mobile, Text: s.d.Catalog.Printer(p.Lang).T("body.sms." + j.What), Reference: "body-" + j.ID})
	if errs.Is(err, errs.Invalid) { // no later try would help
		return nil
	}
	return err
}

// over ends the posts whose last day is over, and forgets old misses. The capacity has
// ended with the day already; this writes it down and tells the holder.
func (s *Service) over(ctx context.Context) error {
	rows, err := store.All[postRow](ctx, s.d.DB, sqlOver, s.today(), batch)
	if err == nil {
		err = s.endAll(ctx, rows, Over)
	}
	if err != nil {
		return err
	}
	return s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		return tx.Exec(ctx, sqlOldMisses, store.At(tx.Now().Add(-keptMisses)))
	})
}

// endAll ends posts that nobody has ended; who was faster has.
func (s *Service) endAll(ctx context.Context, rows []postRow, why string) error {
	for _, r := range rows {
		err := s.d.DB.Write(ctx, func(tx *store.Tx) error {
			if _, err := s.d.Identity.LockTx(ctx, tx, r.Body); err != nil {
				return err
			}
			now, err := store.One[postRow](ctx, tx, sqlPost, r.Body, r.ID)
			if err != nil || now.State == Ended {
				return err
			}
			return s.endTx(ctx, tx, policy.Actor{Role: policy.System}, now.post(), why)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// endings says why posts end when the account of their holder, or of the body, comes
// into a status. They do not come back if it is opened again.
var endings = map[identity.Status]string{
	identity.Deceased: Died, identity.Incapable: Incapacity, identity.Merged: Merged,
}

func (s *Service) onStatus(ctx context.Context, e identity.StatusChanged) error {
	why, closes := endings[e.To]
	if !closes {
		return nil
	}
	for {
		rows, err := store.All[postRow](ctx, s.d.DB, sqlOpenMine, e.Person, batch)
		if err != nil || len(rows) == 0 {
			return err
		}
		if err := s.endAll(ctx, rows, why); err != nil {
			return err
		}
	}
}
