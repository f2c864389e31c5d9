// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const jobAlert = "identity.alert"

// alertJob tells a person that something about their way in has changed. What
// is the last part of a key of words.
type alertJob struct {
	ID     string `json:"id"`
	Person string `json:"person"`
	What   string `json:"what"`
	Mobile string `json:"mobile"` // "": the number of the account
}

// alertTx has somebody told, after the commit. The message names no case, no
// person and no link: a message with a link teaches people to follow one.
func (s *Service) alertTx(ctx context.Context, tx *store.Tx, person, what string) error {
	return s.d.Jobs.EnqueueTx(ctx, tx, jobAlert, alertJob{ID: id.New(), Person: person, What: what})
}

// sendAlert sends one; running twice sends one message.
func (s *Service) sendAlert(ctx context.Context, j alertJob) error {
	p, err := s.Person(ctx, j.Person)
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	to := j.Mobile
	if to == "" {
		to = p.Contact()
	}
	if to == "" {
		return nil
	}
	text := s.d.Catalog.Printer(p.Lang).T("identity.sms.alert." + j.What)
	_, err = s.write(ctx, message{to: to, lang: p.Lang, text: text, reference: "alert-" + j.ID})
	if errs.Is(err, errs.Invalid) {
		return nil // no later try would help
	}
	return err
}
