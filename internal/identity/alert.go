// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"errors"

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
	To     string `json:"to"` // "": wherever the person can be reached
}

// alertTx has somebody told, after the commit. The message names no case, no
// person and no link: a message with a link teaches people to follow one.
func (s *Service) alertTx(ctx context.Context, tx *store.Tx, person, what string) error {
	return s.d.Jobs.EnqueueTx(ctx, tx, jobAlert, alertJob{ID: id.New(), Person: person, What: what})
}

// TellGuardedTx has somebody told, after the commit, that a guardian can act in
// their name from now on.
func (s *Service) TellGuardedTx(ctx context.Context, tx *store.Tx, ward string) (err error) {
	defer errs.Wrap(&err, "identity.TellGuardedTx")
	return s.alertTx(ctx, tx, ward, "guarded")
}

// sendAlert sends one, by every way that is known; running twice sends each
// message once.
func (s *Service) sendAlert(ctx context.Context, j alertJob) error {
	p, err := s.Person(ctx, j.Person)
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	to := p.Channels()
	if j.To != "" {
		to = []string{j.To}
	}
	var failed error
	for i, one := range to {
		reference := "alert-" + j.ID
		if i > 0 {
			reference += "-mail"
		}
		err := s.TellAt(ctx, one, p.Lang, "identity.sms.alert."+j.What, reference)
		if err != nil && !errs.Is(err, errs.Invalid) { // no later try would help
			failed = errors.Join(failed, err)
		}
	}
	return failed
}
