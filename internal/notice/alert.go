// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/alert"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// jobAlert is the kind of the jobs that alerted before module alert did.
const jobAlert = "notice.alert"

type alertArgs struct {
	Owner  string `json:"owner"`
	Notice string `json:"notice"`
}

// Alert is one message that was to point the owner to a notice. What stands in it,
// and over which channel it goes, is the matter of module alert.
type Alert struct {
	Kind    alert.Kind
	Channel alert.Channel // "" while nothing was sent yet
	State   string        // of package alert: that of the message, or else that of the alert
	At      time.Time
}

// Jobs registers what this module does after its acts, and what it hears.
func (s *Service) Jobs() {
	jobs.Handle(s.d.Jobs, jobAlert, s.adopt)
	jobs.Subscribe(s.d.Jobs, "notice", s.onStatus)
	jobs.Subscribe(s.d.Jobs, "notice", s.onMerged)
	jobs.Subscribe(s.d.Jobs, "notice", s.onUnmerged)
	s.d.Alert.Handle(alert.Arrival, s.stillAlert)
	s.d.Alert.Handle(alert.Reminder, s.stillRemind)
	s.d.Jobs.Periodic("notice.deem", deemedEvery, s.Deem)
}

// adopt hands a job of the old kind on.
func (s *Service) adopt(ctx context.Context, a alertArgs) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		return s.d.Alert.AgainTx(ctx, tx, alert.Request{Person: a.Owner, Ref: a.Notice, Kind: alert.Arrival})
	})
}

// alertTx has the owner told, after the commit, that a notice has arrived. It only
// writes one row and one job. Arrival does not wait for it.
func (s *Service) alertTx(ctx context.Context, tx *store.Tx, owner, notice string) error {
	return s.d.Alert.RequestTx(ctx, tx, alert.Request{Person: owner, Ref: notice, Kind: alert.Arrival})
}

// stillAlert tells whether anybody can read what an alert points to.
func (s *Service) stillAlert(ctx context.Context, owner, _ string) (bool, error) {
	closed, err := s.closedTo(ctx, owner)
	return !closed, err
}

// stillRemind tells whether a notice is still unopened.
func (s *Service) stillRemind(ctx context.Context, owner, notice string) (bool, error) {
	r, found, err := store.Find[noticeRow](ctx, s.d.DB, sqlNotice, owner, notice)
	if err != nil || !found || !r.Viewed.IsZero() || r.ReplacedBy != "" {
		return false, err
	}
	return s.stillAlert(ctx, owner, notice)
}

// RemindTx has the owner reminded some days before the safe date of a term, if the
// notice is unopened by then. Called again with another date it puts the reminder
// off or brings it forward, until it was sent. A term too short for that has none:
// the alert of arrival was just there.
func (s *Service) RemindTx(ctx context.Context, tx *store.Tx, owner, notice string, arrived time.Time, safe civil.Day) (err error) {
	defer errs.Wrap(&err, "notice.RemindTx")
	if owner == "" {
		return nil
	}
	rules := s.d.Alert.Rules()
	at := safe.Add(-rules.RemindDays).Time()
	if at.Before(arrived.Add(time.Duration(rules.RemindAfterHours)*time.Hour)) || at.Before(tx.Now()) {
		return nil
	}
	return s.d.Alert.AgainTx(ctx, tx, alert.Request{Person: owner, Ref: notice, Kind: alert.Reminder, At: at})
}

// attemptRow is an attempt of before module alert.
type attemptRow struct {
	Attempt  int64      `db:"attempt"`
	State    string     `db:"state"`
	Code     string     `db:"code"`
	Provider string     `db:"provider"`
	At       store.Time `db:"at_us"`
}

// oldStates are what module alert calls the states of those.
var oldStates = map[string]string{"queued": alert.Queued, "sent": alert.Sent, "failed": alert.TempFailed, "dead": alert.Spent}

// Alerts lists the messages about the owner's own notice, the first one first.
// They are proof of diligence and have no effect on service.
func (s *Service) Alerts(ctx context.Context, a policy.Actor, id string) ([]Alert, error) {
	n, err := s.Get(ctx, a, id)
	if err != nil {
		return nil, err
	}
	return s.AlertsAbout(ctx, n)
}

// AlertsAbout lists the messages about a notice that the caller may see.
func (s *Service) AlertsAbout(ctx context.Context, n Notice) ([]Alert, error) {
	if n.Owner == "" {
		return nil, nil
	}
	old, err := store.All[attemptRow](ctx, s.d.DB, sqlAlerts, n.Owner, n.ID)
	if err != nil {
		return nil, err
	}
	var out []Alert
	for _, r := range old {
		out = append(out, Alert{Kind: alert.Arrival, Channel: alert.SMS, State: oldStates[r.State], At: r.At.Time})
	}
	list, err := s.d.Alert.Of(ctx, n.Owner, n.ID)
	for _, one := range list {
		for _, t := range one.Tries {
			out = append(out, Alert{Kind: one.Kind, Channel: t.Channel, State: t.State, At: t.At})
		}
		switch {
		case one.State == alert.Queued && len(one.Tries) == 0:
			out = append(out, Alert{Kind: one.Kind, State: alert.Queued, At: one.Due})
		case one.State == alert.Dropped:
			out = append(out, Alert{Kind: one.Kind, State: alert.Dropped, At: one.Made})
		}
	}
	return out, err
}
