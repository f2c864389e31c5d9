// SPDX-License-Identifier: Apache-2.0

package sender

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/webhook"
)

// Events that a body's program is told of.
const (
	eventArrived     = "notice.arrived"
	eventViewed      = "notice.viewed"
	eventDeemed      = "notice.deemed"
	eventNotPossible = "notice.not_possible"
)

// jobDeliver is the kind of the jobs that tell.
const jobDeliver = "sender.deliver"

// States of a delivery; part of locale keys.
const (
	deliveryWaiting = "waiting"
	deliveryDone    = "done"
	deliveryFailed  = "failed"
)

// Delivery is one event on its way to a body's program.
type Delivery struct {
	ID, Event, State string
	Tries, Status    int64
	Made, Next, Done time.Time
}

type deliveryRow struct {
	Body    string     `db:"body"`
	ID      string     `db:"id"`
	Sent    string     `db:"sent"`
	Event   string     `db:"event"`
	Payload string     `db:"payload"`
	State   string     `db:"state"`
	Tries   int64      `db:"tries"`
	Status  int64      `db:"status"`
	Next    store.Time `db:"next_us"`
	Made    store.Time `db:"made_us"`
	Done    store.Time `db:"done_us"`
}

func (r deliveryRow) delivery() Delivery {
	return Delivery{ID: r.ID, Event: r.Event, State: r.State, Tries: r.Tries, Status: r.Status, Made: r.Made.Time, Next: r.Next.Time, Done: r.Done.Time}
}

const (
	deliveryColumns = `body, id, sent, event, payload, state, tries, status, next_us, made_us, done_us`
	sqlDelivery     = `SELECT ` + deliveryColumns + ` FROM sender_delivery WHERE body = $1 AND id = $2`
	sqlDeliveries   = `SELECT ` + deliveryColumns + ` FROM sender_delivery WHERE body = $1 ORDER BY id DESC LIMIT 50`
	// Two at work on the same one: the second writes nothing.
	sqlTold      = `UPDATE sender_delivery SET state = $4, tries = tries + 1, status = $5, next_us = $6, done_us = $7 WHERE body = $1 AND id = $2 AND tries = $3 AND state = 'waiting'`
	sqlTellAgain = `UPDATE sender_delivery SET state = 'waiting', tries = 0, next_us = 0 WHERE body = $1 AND id = $2 AND state <> 'waiting'`
)

type deliverArgs struct {
	Body string `json:"body"`
	ID   string `json:"id"`
}

// Jobs registers what this module does later and what it hears.
func (s *Service) Jobs() {
	jobs.Handle(s.d.Jobs, jobDeliver, s.deliver)
	jobs.Subscribe(s.d.Jobs, "sender", func(ctx context.Context, e notice.Viewed) error {
		return s.happened(ctx, e.Notice, e.Kind, eventViewed, e.At)
	})
	jobs.Subscribe(s.d.Jobs, "sender", func(ctx context.Context, e notice.Deemed) error {
		return s.happened(ctx, e.Notice, e.Kind, eventDeemed, e.At)
	})
	s.d.Jobs.Periodic("sender.sweep", time.Hour, func(ctx context.Context) error {
		return s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
			return tx.Exec(ctx, sqlOldCounts, "s"+strconv.FormatInt(tx.Now().Add(-time.Hour).Unix(), 10))
		})
	})
}

// happened writes a fact of a notice beside what was sent, once, and tells it.
func (s *Service) happened(ctx context.Context, noticeID, kind, event string, at time.Time) error {
	if !(notice.Notice{Kind: kind}).FromBody() {
		return nil
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		row, found, err := store.Find[sentRow](ctx, tx, sqlOfNotice, noticeID)
		if err != nil || !found {
			return err
		}
		query := sqlSeen
		if event == eventDeemed {
			query = sqlDeemed
		}
		n, err := tx.ExecN(ctx, query, row.Body, row.ID, store.At(at))
		if err != nil || n == 0 {
			return err
		}
		return s.tell(ctx, tx, row, event, at)
	})
}

// tellAll tells what is known of a notice when it is sent; of a test, its whole life.
func (s *Service) tellAll(ctx context.Context, tx *store.Tx, row sentRow) error {
	event := eventArrived
	if row.State == NotPossible {
		event = eventNotPossible
	}
	err := s.tell(ctx, tx, row, event, row.Sent.Time)
	if err == nil && !row.Viewed.IsZero() {
		err = s.tell(ctx, tx, row, eventViewed, row.Viewed.Time)
	}
	if err == nil && !row.Deemed.IsZero() {
		err = s.tell(ctx, tx, row, eventDeemed, row.Deemed.Time)
	}
	return err
}

// tell writes an event and the job that delivers it. Nothing in it says who the
// addressee is.
func (s *Service) tell(ctx context.Context, tx *store.Tx, row sentRow, event string, at time.Time) error {
	hook, found, err := store.Find[hookRow](ctx, tx, sqlHook, row.Body)
	if err != nil || !found || !hook.Stopped.IsZero() {
		return err
	}
	payload, err := json.Marshal(map[string]any{
		"type": event, "timestamp": at.UTC().Format(time.RFC3339),
		"data": map[string]any{"id": row.ID, "reference": row.Reference, "number": row.Number, "test": row.Test},
	})
	if err != nil {
		return err
	}
	d := deliveryRow{Body: row.Body, ID: id.New(), Sent: row.ID, Event: event, Payload: string(payload), State: deliveryWaiting, Made: store.At(tx.Now()), Next: store.At(tx.Now())}
	if err := store.Insert(ctx, tx, "sender_delivery", d); err != nil {
		return err
	}
	return s.d.Jobs.EnqueueTx(ctx, tx, jobDeliver, deliverArgs{d.Body, d.ID})
}

// deliver tries once and writes what came of it, with the next try.
func (s *Service) deliver(ctx context.Context, a deliverArgs) error {
	d, found, err := store.Find[deliveryRow](ctx, s.d.DB, sqlDelivery, a.Body, a.ID)
	if err != nil || !found || d.State != deliveryWaiting {
		return err
	}
	hook, found, err := store.Find[hookRow](ctx, s.d.DB, sqlHook, a.Body)
	if err != nil || !found {
		return err
	}
	status := 0
	if hook.Stopped.IsZero() {
		if status, err = s.post(ctx, hook, d); err != nil {
			return err
		}
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		now := tx.Now()
		if webhook.Taken(status) {
			n, err := tx.ExecN(ctx, sqlTold, d.Body, d.ID, d.Tries, deliveryDone, status, 0, store.At(now))
			if err != nil || n == 0 {
				return err
			}
			return tx.Exec(ctx, sqlWorks, d.Body)
		}
		wait, more := s.rules.Waits.After(d.Tries + 1)
		if status == http.StatusGone || !hook.Stopped.IsZero() { // it does not want them, says Standard Webhooks
			more = false
		}
		next, state := store.At(now.Add(wait)), deliveryWaiting
		if !more {
			next, state = store.Time{}, deliveryFailed
		}
		n, err := tx.ExecN(ctx, sqlTold, d.Body, d.ID, d.Tries, state, status, next, store.Time{})
		if err != nil || n == 0 {
			return err
		}
		if err := tx.Exec(ctx, sqlFailing, d.Body, store.At(now)); err != nil {
			return err
		}
		if more {
			return s.d.Jobs.EnqueueTx(ctx, tx, jobDeliver, a, jobs.At(now.Add(wait)))
		}
		// All tries are over and nothing was taken meanwhile: the body has to look.
		h, err := store.One[hookRow](ctx, tx, sqlHook, d.Body)
		if err == nil && (status == http.StatusGone || !h.Failing.After(d.Made.Time.Add(time.Minute))) {
			err = tx.Exec(ctx, sqlStop, d.Body, store.At(now))
		}
		return err
	})
}

// post sends one event; status is 0 if there was no answer. err is ours only.
func (s *Service) post(ctx context.Context, hook hookRow, d deliveryRow) (status int, err error) {
	e := webhook.Event{Owner: d.Body, ID: d.ID, URL: hook.URL, Payload: d.Payload, Secrets: [][]byte{hook.Secret}}
	if s.d.Clock.Now().Before(hook.OldUntil.Time) {
		e.Secrets = append(e.Secrets, hook.OldSecret)
	}
	if status, err = s.hooks.Tell(ctx, s.d.Clock.Now(), e); err == nil && status == 0 {
		s.d.Log.Info("webhook not delivered", "delivery", d.ID)
	}
	return status, err
}

// Again delivers an event once more.
func (s *Service) Again(ctx context.Context, a policy.Actor, delivery string) (err error) {
	defer errs.Wrap(&err, "sender.Again")
	if err := s.manages(a); err != nil {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		_, found, err := store.Find[deliveryRow](ctx, tx, sqlDelivery, a.For, delivery)
		if err != nil {
			return err
		}
		if !found {
			return errs.New(errs.NotFound, "")
		}
		n, err := tx.ExecN(ctx, sqlTellAgain, a.For, delivery)
		if err != nil || n == 0 { // it is on its way
			return err
		}
		return s.d.Jobs.EnqueueTx(ctx, tx, jobDeliver, deliverArgs{a.For, delivery})
	})
}
