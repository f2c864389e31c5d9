// SPDX-License-Identifier: Apache-2.0

package alert

import (
	"context"
	"slices"
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

	sqlReached = `UPDATE alert_bounce SET ended_us = $2, ended_why = $3 WHERE person = $1 AND channel IN ('bale', 'telegram', 'push') AND ended_us = 0`

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
	return s.bounceTx(ctx, tx, r)
}

// bounceTx makes an address at which nothing arrives work for an administrator, with
// evidence.
func (s *Service) bounceTx(ctx context.Context, tx *store.Tx, r tryRow) error {
	n, err := tx.ExecN(ctx, sqlBounce, r.Owner, r.Channel, r.Device, id.New(), r.Code, store.At(tx.Now()))
	if err != nil || n == 0 { // it is there
		return err
	}
	return s.eventTx(ctx, tx, eventBounced, r, []string{r.Code})
}

// reachedTx looks at an alert of which nothing more will be sent. A chat that takes
// nothing any more is broken and a browser forgotten in any case; it is work only if nothing else reached
// the person, and no more of that once something did.
func (s *Service) reachedTx(ctx context.Context, tx *store.Tx, r alertRow, todo step, tries []tryRow) error {
	if todo.state == Queued {
		return nil
	}
	reached := slices.ContainsFunc(tries, func(t tryRow) bool { return t.State == Sent || t.State == Delivered })
	for _, t := range tries {
		ch := Channel(t.Channel)
		if t.State != Failed || !isChat(ch) && ch != Push {
			continue
		}
		owner, err := s.d.Identity.GoesOn(ctx, tx, t.Owner)
		if err != nil {
			return err
		}
		t.Owner = owner
		if ch == Push {
			err = s.unsubscribeTx(ctx, tx, policy.Actor{Person: t.Owner, Role: policy.System}, t.Device, t.Code)
			if errs.Is(err, errs.NotFound) { // it is forgotten
				err = nil
			}
		} else {
			err = tx.Exec(ctx, sqlBreak, t.Owner, t.Channel, store.At(tx.Now()))
		}
		if err != nil {
			return err
		}
		if !reached {
			if err := s.bounceTx(ctx, tx, t); err != nil {
				return err
			}
		}
	}
	if reached {
		if err := tx.Exec(ctx, sqlReached, r.Owner, store.At(tx.Now()), endedReached); err != nil {
			return err
		}
	}
	if r.State != todo.state && (todo.state == Dropped || todo.state == Dead) {
		return s.endedTx(ctx, tx, r, todo)
	}
	return nil
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
	if err == nil && p.Status == identity.Active {
		stands, err := s.same(ctx, p, r)
		if err != nil || stands {
			return p, stands, err
		}
	}
	return p, false, s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		return tx.Exec(ctx, sqlEndBounce, r.Person, r.Channel, r.Device, store.At(tx.Now()), endedRenewed)
	})
}

// same tells whether the address at which nothing arrives is still the person's.
func (s *Service) same(ctx context.Context, p identity.Person, r bounceRow) (bool, error) {
	switch ch := Channel(r.Channel); {
	case isChat(ch):
		l, found, err := store.Find[linkRow](ctx, s.d.DB, sqlLink, p.ID, r.Channel)
		return found && !l.Broken.IsZero() && l.target().Device == r.Device, err
	case ch == Push: // it was forgotten; is there another one?
		n, err := store.One[int64](ctx, s.d.DB, sqlPushNum, p.ID)
		return n == 0, err
	case ch == Email:
		return mark(p.Email) == r.Device, nil
	}
	return mark(p.Mobile) == r.Device, nil
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
