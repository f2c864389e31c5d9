// SPDX-License-Identifier: Apache-2.0

package outage

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Close ends an interval that lasts. version is the one that the actor saw: who
// comes second gets a Conflict (outage.changed_meanwhile). Further errors:
// errs.Forbidden, errs.NotFound, errs.Conflict outage.not_open, errs.Invalid with
// the field to.
func (s *Service) Close(ctx context.Context, actor policy.Actor, id string, version int64, to time.Time) (_ Interval, err error) {
	defer errs.Wrap(&err, "outage.Close")
	return s.change(ctx, actor, id, version, func(i *Interval, now time.Time) (by, error) {
		if !i.Open() {
			return by{}, errs.New(errs.Conflict, "outage.not_open")
		}
		i.To = to.UTC().Truncate(time.Microsecond)
		return by{act: Closed}, errs.InvalidFields(s.badTimes(Facts{From: i.From, To: i.To, Cause: i.Cause}, *i, now))
	})
}

// Correct gives an interval other facts, with a reason that stands beside them
// for everybody to read. Errors as of Close and Declare, and errs.Invalid with the
// field reason.
func (s *Service) Correct(ctx context.Context, actor policy.Actor, id string, version int64, f Facts, reason string) (_ Interval, err error) {
	defer errs.Wrap(&err, "outage.Correct")
	return s.change(ctx, actor, id, version, func(i *Interval, now time.Time) (by, error) {
		if err := s.clean(&f, *i, now); err != nil {
			return by{}, err
		}
		reason, err := given(reason)
		if err != nil {
			return by{}, err
		}
		i.Part, i.From, i.To, i.Cause, i.Text = f.Part, f.From, f.To, f.Cause, f.Text
		return by{act: Corrected, reason: reason}, nil
	})
}

// Withdraw says that there was no such outage. The interval stays readable with
// the reason, and touches nothing any more.
func (s *Service) Withdraw(ctx context.Context, actor policy.Actor, id string, version int64, reason string) (_ Interval, err error) {
	defer errs.Wrap(&err, "outage.Withdraw")
	return s.change(ctx, actor, id, version, func(i *Interval, _ time.Time) (by, error) {
		reason, err := given(reason)
		if err != nil {
			return by{}, err
		}
		i.Withdrawn = true
		return by{act: Withdrawn, reason: reason}, nil
	})
}

// change makes the next version of an interval that was not withdrawn.
func (s *Service) change(ctx context.Context, actor policy.Actor, id string, version int64, alter func(i *Interval, now time.Time) (by, error)) (out Interval, err error) {
	if err := s.d.Policy.Check(actor, "outage.declare", register); err != nil {
		return out, err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		was, err := loadInterval(ctx, tx, id)
		switch {
		case err != nil:
			return err
		case was.Withdrawn:
			return errs.New(errs.Conflict, "outage.withdrawn_already")
		case was.Version != version:
			return errs.New(errs.Conflict, "outage.changed_meanwhile")
		}
		i := was
		b, err := alter(&i, tx.Now())
		if err != nil {
			return err
		}
		b.actor = actor
		out, err = s.changeTx(ctx, tx, was, i, b)
		return err
	})
	return out, err
}

// given is a reason as it is kept.
func given(reason string) (string, error) {
	reason = persian.Store(reason)
	switch {
	case reason == "":
		return "", errs.InvalidFields([]errs.Field{{Name: "reason", Code: "outage.reason.missing"}})
	case len(reason) > maxText:
		return "", errs.InvalidFields([]errs.Field{{Name: "reason", Code: "outage.text.long"}})
	}
	return reason, nil
}
