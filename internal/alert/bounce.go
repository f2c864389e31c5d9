// SPDX-License-Identifier: Apache-2.0

package alert

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Bounce is an address at which somebody is not reached: work for an
// administrator until they have given another one.
type Bounce struct {
	ID      string
	Person  string
	Name    string
	Channel Channel
	Code    string
	Made    time.Time
}

// Why a bounce ended.
const (
	endedRenewed = "renewed" // another address is there
	endedReached = "reached" // a message arrived at it after all
	endedByHand  = "closed"  // by an administrator
)

// bounceRow is an alert_bounce row.
type bounceRow struct {
	ID      string     `db:"id"`
	Person  string     `db:"person"`
	Channel string     `db:"channel"`
	Device  string     `db:"device"`
	Code    string     `db:"code"`
	Made    store.Time `db:"made_us"`
}

const (
	sqlBounce = `INSERT INTO alert_bounce (person, channel, device, id, code, made_us, ended_us, ended_why, ended_by) VALUES ($1, $2, $3, $4, $5, $6, 0, '', '')
		ON CONFLICT (person, channel, device) DO UPDATE SET code = excluded.code, made_us = excluded.made_us, ended_us = 0, ended_why = '', ended_by = ''
		WHERE alert_bounce.ended_us > 0`
	sqlEndBounce   = `UPDATE alert_bounce SET ended_us = $4, ended_why = $5 WHERE person = $1 AND channel = $2 AND device = $3 AND ended_us = 0`
	sqlBounces     = `SELECT id, person, channel, device, code, made_us FROM alert_bounce WHERE ended_us = 0 ORDER BY made_us, id LIMIT $1`
	sqlBouncesOf   = `SELECT id, person, channel, device, code, made_us FROM alert_bounce WHERE person = $1 AND ended_us = 0 ORDER BY made_us, id`
	sqlCloseBounce = `UPDATE alert_bounce SET ended_us = $2, ended_why = 'closed', ended_by = $3 WHERE id = $1 AND ended_us = 0`
	sqlBounceOne   = `SELECT id, person, channel, device, code, made_us FROM alert_bounce WHERE id = $1 AND ended_us = 0`

	// The newest fates of messages to one address of one person.
	sqlFates = `SELECT state FROM alert_try WHERE owner = $1 AND channel = $2 AND device = $3 AND state IN ('delivered', 'failed')
		ORDER BY at_us DESC, n DESC LIMIT $4`
)

// maxBounces is how many the desk shows at once.
const maxBounces = 100

// noteTx turns what became of a message into a bounce, or ends one. A number that
// the provider does not take bounces at once; one at which nothing arrives may be
// switched off, and does after some failures in a row.
func (s *Service) noteTx(ctx context.Context, tx *store.Tx, r tryRow) error {
	switch {
	case r.State == Delivered:
		return tx.Exec(ctx, sqlEndBounce, r.Owner, r.Channel, r.Device, store.At(tx.Now()), endedReached)
	case r.State != Failed || r.Channel != string(SMS) && r.Channel != string(Email):
		return nil
	}
	if r.Code == codeUndelivered {
		fates, err := store.All[string](ctx, tx, sqlFates, r.Owner, r.Channel, r.Device, s.rules.BounceAfter)
		if err != nil || len(fates) < s.rules.BounceAfter {
			return err
		}
		for _, f := range fates {
			if f != Failed {
				return nil
			}
		}
	}
	return tx.Exec(ctx, sqlBounce, r.Owner, r.Channel, r.Device, id.New(), r.Code, store.At(tx.Now()))
}

// Bounces are the addresses at which somebody is not reached, for the desk. Each
// look at a name is recorded.
func (s *Service) Bounces(ctx context.Context, a policy.Actor) (_ []Bounce, err error) {
	defer errs.Wrap(&err, "alert.Bounces")
	if err := s.d.Policy.Check(a, "alert.desk", deskResource); err != nil {
		return nil, err
	}
	rows, err := store.All[bounceRow](ctx, s.d.DB, sqlBounces, maxBounces)
	if err != nil {
		return nil, err
	}
	var out []Bounce
	var seen []identity.Access
	for _, r := range rows {
		p, stands, err := s.stands(ctx, r)
		if err != nil {
			return nil, err
		}
		if !stands {
			continue
		}
		seen = append(seen, identity.Access{Subject: p.ID, By: a, What: "alert.access.bounce", Why: "alert.access.desk", Object: r.ID})
		out = append(out, Bounce{ID: r.ID, Person: p.ID, Name: p.Name(), Channel: Channel(r.Channel), Code: r.Code, Made: r.Made.Time})
	}
	return out, s.d.Identity.RecordAccesses(ctx, seen)
}

// Bounced are somebody's own addresses at which nothing arrives.
func (s *Service) Bounced(ctx context.Context, person string) (_ []Bounce, err error) {
	defer errs.Wrap(&err, "alert.Bounced")
	rows, err := store.All[bounceRow](ctx, s.d.DB, sqlBouncesOf, person)
	if err != nil {
		return nil, err
	}
	var out []Bounce
	for _, r := range rows {
		_, stands, err := s.stands(ctx, r)
		if err != nil {
			return nil, err
		}
		if stands {
			out = append(out, Bounce{ID: r.ID, Person: r.Person, Channel: Channel(r.Channel), Code: r.Code, Made: r.Made.Time})
		}
	}
	return out, nil
}

// stands tells whether the address is still the person's; if not, the bounce is
// over.
func (s *Service) stands(ctx context.Context, r bounceRow) (p identity.Person, ok bool, err error) {
	p, err = s.d.Identity.Person(ctx, r.Person)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return p, false, err
	}
	to := p.Mobile
	if r.Channel == string(Email) {
		to = p.Email
	}
	if err == nil && mark(to) == r.Device && p.Status == identity.Active {
		return p, true, nil
	}
	return p, false, s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		return tx.Exec(ctx, sqlEndBounce, r.Person, r.Channel, r.Device, store.At(tx.Now()), endedRenewed)
	})
}

// CloseBounce takes one off the desk.
func (s *Service) CloseBounce(ctx context.Context, a policy.Actor, bounce string) (err error) {
	defer errs.Wrap(&err, "alert.CloseBounce")
	if err := s.d.Policy.Check(a, "alert.desk", deskResource); err != nil {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		r, err := store.One[bounceRow](ctx, tx, sqlBounceOne, bounce)
		if err != nil {
			return err
		}
		if err := tx.ExecOne(ctx, sqlCloseBounce, bounce, store.At(tx.Now()), a.Person); err != nil {
			return err
		}
		_, err = s.d.Ledger.StageTx(ctx, tx, ledger.Record{
			Event: "alert.bounce_closed", Owner: r.Person, Subject: r.ID, Actor: a.Person, Role: string(a.Role), Reasons: []string{endedByHand},
			Members: map[string]string{"channel": r.Channel},
		})
		return err
	})
}
