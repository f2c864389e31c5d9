// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"context"
	"errors"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// States of an attempt to alert.
const (
	AlertQueued = "queued" // written with the notice
	AlertSent   = "sent"   // the provider has it
	AlertFailed = "failed" // will be tried again
	AlertDead   = "dead"   // given up; an operator can retry the job
)

const (
	jobAlert = "notice.alert"
	// alertTries is how often a text message is tried: over three hours with
	// the waits of package jobs.
	alertTries = 9
)

type alertArgs struct {
	Owner  string `json:"owner"`
	Notice string `json:"notice"`
}

// Alert is one attempt to alert the owner.
type Alert struct {
	Attempt int
	State   string
	Code    string // why it failed: a locale key, or a kind of error
	At      time.Time
}

// Jobs registers what this module does after its acts, and what it hears.
func (s *Service) Jobs() {
	jobs.Handle(s.d.Jobs, jobAlert, s.alert)
	jobs.Subscribe(s.d.Jobs, "notice", s.onStatus)
	jobs.Subscribe(s.d.Jobs, "notice", s.onMerged)
	jobs.Subscribe(s.d.Jobs, "notice", s.onUnmerged)
}

// alert sends the text message. Run twice it sends one: the provider knows the
// reference, and a sent attempt ends it. It never touches the notice.
func (s *Service) alert(ctx context.Context, a alertArgs) error {
	rows, err := store.All[attemptRow](ctx, s.d.DB, sqlAlerts, a.Owner, a.Notice)
	if err != nil {
		return err
	}
	if len(rows) == 0 { // the account was merged meanwhile
		into, err := s.d.Identity.GoesOn(ctx, s.d.DB, a.Owner)
		if err != nil || into == a.Owner {
			return err
		}
		a.Owner = into
		if rows, err = store.All[attemptRow](ctx, s.d.DB, sqlAlerts, a.Owner, a.Notice); err != nil {
			return err
		}
	}
	next := alertRow{Owner: a.Owner, Notice: a.Notice, Attempt: 1}
	failed := 0
	for _, r := range rows {
		next.Attempt = r.Attempt + 1
		switch r.State {
		case AlertSent:
			return nil
		case AlertFailed:
			failed++
		}
	}
	if closed, err := s.closedTo(ctx, a.Owner); err != nil || closed {
		return err
	}
	// No subject, no case, no name.
	provider, sendErr := s.d.Identity.Tell(ctx, a.Owner, "notice.sms", jobAlert+":"+a.Notice)
	next.State, next.Provider = AlertSent, provider
	if sendErr != nil {
		next.State, next.Code = AlertFailed, codeOf(sendErr)
		if failed+1 >= alertTries {
			next.State = AlertDead
		}
	}
	err = s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		next.At = store.At(tx.Now())
		return store.Insert(ctx, tx, "notice_alert", next)
	})
	return errors.Join(sendErr, err)
}

// codeOf names an error without anything personal.
func codeOf(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Code != "" {
		return e.Code
	}
	return errs.KindOf(err).String()
}

// attemptRow is what a list of attempts reads.
type attemptRow struct {
	Attempt  int64      `db:"attempt"`
	State    string     `db:"state"`
	Code     string     `db:"code"`
	Provider string     `db:"provider"`
	At       store.Time `db:"at_us"`
}

// Alerts lists the attempts to alert the owner about his own notice, the first
// one first. They are proof of diligence and have no effect on service.
func (s *Service) Alerts(ctx context.Context, a policy.Actor, id string) ([]Alert, error) {
	n, err := s.Get(ctx, a, id)
	if err != nil {
		return nil, err
	}
	rows, err := store.All[attemptRow](ctx, s.d.DB, sqlAlerts, n.Owner, n.ID)
	if err != nil {
		return nil, err
	}
	out := make([]Alert, len(rows))
	for i, r := range rows {
		out[i] = Alert{Attempt: int(r.Attempt), State: r.State, Code: r.Code, At: r.At.Time}
	}
	return out, nil
}
