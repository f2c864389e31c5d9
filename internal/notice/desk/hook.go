// SPDX-License-Identifier: Apache-2.0

package desk

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/webhook"
)

// Events that a body's program is told of; part of locale keys.
const (
	eventArrived = "notice.arrived"
	eventViewed  = "notice.viewed" // by anybody; whether it counts, the notice says
	eventDeemed  = "notice.deemed"
)

// jobDeliver is the kind of the jobs that tell.
const jobDeliver = "desk.deliver"

// States of a delivery; part of locale keys.
const (
	deliveryWaiting = "waiting"
	deliveryDone    = "done"
	deliveryFailed  = "failed"
)

// Hook is where a body's program is told what happens to its notices.
type Hook struct {
	URL      string
	Failing  time.Time // since when nothing was taken; zero: it works
	Stopped  time.Time // it was given up; zero: it is on
	OldUntil time.Time // until when the secret before the last one signs too
}

type hookRow struct {
	Body      string     `db:"body"`
	URL       string     `db:"url"`
	Secret    []byte     `db:"secret"`
	OldSecret []byte     `db:"old_secret"`
	OldUntil  store.Time `db:"old_until_us"`
	Failing   store.Time `db:"failing_us"`
	Stopped   store.Time `db:"stopped_us"`
	MadeBy    string     `db:"made_by"`
	Changed   store.Time `db:"changed_us"`
}

// Delivery is one event on its way to a body's program.
type Delivery struct {
	ID, Event, State string
	Tries, Status    int64
	Made             time.Time
}

type deliveryRow struct {
	Body    string     `db:"body"`
	ID      string     `db:"id"`
	Event   string     `db:"event"`
	Payload string     `db:"payload"`
	State   string     `db:"state"`
	Tries   int64      `db:"tries"`
	Status  int64      `db:"status"`
	Made    store.Time `db:"made_us"`
	Done    store.Time `db:"done_us"`
}

const (
	sqlHook     = `SELECT body, url, secret, old_secret, old_until_us, failing_us, stopped_us, made_by, changed_us FROM notice_desk_hook WHERE body = $1`
	sqlMoveHook = `UPDATE notice_desk_hook SET url = $2, failing_us = 0, stopped_us = 0, made_by = $3, changed_us = $4 WHERE body = $1`
	sqlRotate   = `UPDATE notice_desk_hook SET old_secret = secret, old_until_us = $3, secret = $2, made_by = $4, changed_us = $5 WHERE body = $1`
	sqlFailing  = `UPDATE notice_desk_hook SET failing_us = $2 WHERE body = $1 AND failing_us = 0`
	sqlWorks    = `UPDATE notice_desk_hook SET failing_us = 0 WHERE body = $1 AND failing_us > 0`
	sqlStop     = `UPDATE notice_desk_hook SET stopped_us = $2 WHERE body = $1 AND stopped_us = 0`

	deliveryColumns = `body, id, event, payload, state, tries, status, made_us, done_us`
	sqlDelivery     = `SELECT ` + deliveryColumns + ` FROM notice_desk_delivery WHERE body = $1 AND id = $2`
	sqlDeliveries   = `SELECT ` + deliveryColumns + ` FROM notice_desk_delivery WHERE body = $1 ORDER BY id DESC LIMIT 20`
	// Two at work on the same one: the second writes nothing.
	sqlTold = `UPDATE notice_desk_delivery SET state = $4, tries = tries + 1, status = $5, done_us = $6 WHERE body = $1 AND id = $2 AND tries = $3 AND state = 'waiting'`
)

type deliverArgs struct {
	Body string `json:"body"`
	ID   string `json:"id"`
}

// SetHook says where to tell. The first time it makes the secret, which only this
// answer knows; later it is "" and the old secret stays. It also turns on what was
// given up.
func (s *Service) SetHook(ctx context.Context, a policy.Actor, address string) (secret string, err error) {
	defer errs.Wrap(&err, "desk.SetHook")
	if err := s.manages(a); err != nil {
		return "", err
	}
	address, ok := s.hooks.Address(address)
	if !ok {
		return "", errs.InvalidFields([]errs.Field{{Name: "url", Code: "desk.wrong.url"}})
	}
	words, sealed := s.hooks.NewSecret(a.For)
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		secret = ""
		if err := s.d.Identity.StandsTx(ctx, tx, a); err != nil {
			return err
		}
		n, err := tx.ExecN(ctx, sqlMoveHook, a.For, address, a.Person, store.At(tx.Now()))
		if err != nil {
			return err
		}
		if n == 0 {
			secret = words
			if err := store.Insert(ctx, tx, "notice_desk_hook", hookRow{
				Body: a.For, URL: address, Secret: sealed, OldSecret: []byte{}, MadeBy: a.Person, Changed: store.At(tx.Now()),
			}); err != nil {
				return err
			}
		}
		return s.stage(ctx, tx, "desk.hook_set", a, a.For, map[string]any{"url": address})
	})
	return secret, err
}

// RotateSecret makes a new secret. For a while both sign.
func (s *Service) RotateSecret(ctx context.Context, a policy.Actor) (secret string, err error) {
	defer errs.Wrap(&err, "desk.RotateSecret")
	if err := s.manages(a); err != nil {
		return "", err
	}
	words, sealed := s.hooks.NewSecret(a.For)
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.d.Identity.StandsTx(ctx, tx, a); err != nil {
			return err
		}
		until := tx.Now().Add(time.Duration(s.limits.OverlapHours) * time.Hour)
		n, err := tx.ExecN(ctx, sqlRotate, a.For, sealed, store.At(until), a.Person, store.At(tx.Now()))
		if err == nil && n == 0 {
			err = errs.New(errs.NotFound, "")
		}
		if err != nil {
			return err
		}
		return s.stage(ctx, tx, "desk.hook_rotated", a, a.For, map[string]any{"old_until": until.UTC().Format(time.RFC3339)})
	})
	return words, err
}

// Hook reads where the body is told, and the newest deliveries.
func (s *Service) Hook(ctx context.Context, a policy.Actor) (h Hook, found bool, list []Delivery, err error) {
	defer errs.Wrap(&err, "desk.Hook")
	if err := s.manages(a); err != nil {
		return h, false, nil, err
	}
	r, found, err := store.Find[hookRow](ctx, s.d.DB, sqlHook, a.For)
	if err != nil {
		return h, false, nil, err
	}
	rows, err := store.All[deliveryRow](ctx, s.d.DB, sqlDeliveries, a.For)
	for _, d := range rows {
		list = append(list, Delivery{ID: d.ID, Event: d.Event, State: d.State, Tries: d.Tries, Status: d.Status, Made: d.Made.Time})
	}
	return Hook{URL: r.URL, Failing: r.Failing.Time, Stopped: r.Stopped.Time, OldUntil: r.OldUntil.Time}, found, list, err
}

// tellTx writes an event and the job that delivers it. It carries ids only: what the
// notice says, and whom it is about, the program asks for with its key.
func (s *Service) tellTx(ctx context.Context, tx *store.Tx, i Item, event string, at time.Time) error {
	hook, found, err := store.Find[hookRow](ctx, tx, sqlHook, i.Body)
	if err != nil || !found || !hook.Stopped.IsZero() {
		return err
	}
	payload, err := json.Marshal(map[string]any{
		"type": event, "timestamp": at.UTC().Format(time.RFC3339), "data": map[string]any{"id": i.Notice, "unit": i.Unit},
	})
	if err != nil {
		return err
	}
	d := deliveryRow{Body: i.Body, ID: id.New(), Event: event, Payload: string(payload), State: deliveryWaiting, Made: store.At(tx.Now())}
	if err := store.Insert(ctx, tx, "notice_desk_delivery", d); err != nil {
		return err
	}
	return s.d.Jobs.EnqueueTx(ctx, tx, jobDeliver, deliverArgs{d.Body, d.ID})
}

// deliver tries once and writes what came of it, with the next try.
func (s *Service) deliver(ctx context.Context, a deliverArgs) (err error) {
	defer errs.Wrap(&err, "desk.Deliver")
	d, found, err := store.Find[deliveryRow](ctx, s.d.DB, sqlDelivery, a.Body, a.ID)
	if err != nil || !found || d.State != deliveryWaiting {
		return err
	}
	hook, found, err := store.Find[hookRow](ctx, s.d.DB, sqlHook, a.Body)
	if err != nil || !found {
		return err
	}
	status, now := 0, s.d.Clock.Now()
	if hook.Stopped.IsZero() {
		e := webhook.Event{Owner: d.Body, ID: d.ID, URL: hook.URL, Payload: d.Payload, Secrets: [][]byte{hook.Secret}}
		if now.Before(hook.OldUntil.Time) {
			e.Secrets = append(e.Secrets, hook.OldSecret)
		}
		if status, err = s.hooks.Tell(ctx, now, e); err != nil {
			return err
		}
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if webhook.Taken(status) {
			n, err := tx.ExecN(ctx, sqlTold, d.Body, d.ID, d.Tries, deliveryDone, status, store.At(tx.Now()))
			if err != nil || n == 0 {
				return err
			}
			return tx.Exec(ctx, sqlWorks, d.Body)
		}
		wait, more := s.limits.Waits.After(d.Tries + 1)
		state := deliveryWaiting
		if status == http.StatusGone || !hook.Stopped.IsZero() { // it does not want them, says Standard Webhooks
			more = false
		}
		if !more {
			state = deliveryFailed
		}
		n, err := tx.ExecN(ctx, sqlTold, d.Body, d.ID, d.Tries, state, status, store.Time{})
		if err != nil || n == 0 {
			return err
		}
		if err := tx.Exec(ctx, sqlFailing, d.Body, store.At(tx.Now())); err != nil {
			return err
		}
		if more {
			return s.d.Jobs.EnqueueTx(ctx, tx, jobDeliver, a, jobs.At(tx.Now().Add(wait)))
		}
		// All tries are over and nothing was taken meanwhile: the body has to look.
		h, err := store.One[hookRow](ctx, tx, sqlHook, d.Body)
		if err == nil && (status == http.StatusGone || !h.Failing.After(d.Made.Time.Add(time.Minute))) {
			err = tx.Exec(ctx, sqlStop, d.Body, store.At(tx.Now()))
		}
		return err
	})
}
