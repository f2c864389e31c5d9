// SPDX-License-Identifier: Apache-2.0

package program

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/webhook"
)

// deliverArgs names a delivery. The names stand in jobs that wait.
type deliverArgs struct {
	Owner string `json:"body"`
	ID    string `json:"id"`
}

// TellTx writes an event and the job that delivers it, if the owner has an address.
// While telling has stopped the event is given up at once and told when somebody tries
// again, or not written if somebody said that it be left so. data carries ids only.
func (k *Keeper) TellTx(ctx context.Context, tx *store.Tx, owner, event string, at time.Time, data map[string]any) error {
	hook, found, err := store.Find[hookRow](ctx, tx, sqlHook, k.d.Purpose, owner)
	if err != nil || !found || !hook.Stopped.IsZero() && hook.Work.IsZero() {
		return err
	}
	payload, err := json.Marshal(map[string]any{"type": event, "timestamp": at.UTC().Format(time.RFC3339), "data": data})
	if err != nil {
		return err
	}
	d := deliveryRow{
		Purpose: k.d.Purpose, Owner: owner, ID: id.New(), Event: event, Payload: string(payload), State: Waiting, Made: store.At(tx.Now()), Next: store.At(tx.Now()),
	}
	if !hook.Stopped.IsZero() {
		// Changing the row is the lock: whoever ends the stop at this moment waits, and
		// then finds this event, or was faster.
		n, err := tx.ExecN(ctx, sqlStillStopped, k.d.Purpose, owner)
		if err != nil {
			return err
		}
		if n > 0 {
			d.State, d.Next = Failed, store.Time{}
			return store.Insert(ctx, tx, "program_delivery", d)
		}
	}
	if err := store.Insert(ctx, tx, "program_delivery", d); err != nil {
		return err
	}
	return k.d.Jobs.EnqueueTx(ctx, tx, k.jobDeliver(), deliverArgs{owner, d.ID})
}

// post tries once; status is 0 if there was no answer. err is ours only.
func (k *Keeper) post(ctx context.Context, hook hookRow, d deliveryRow) (status int, err error) {
	now := k.d.Clock.Now()
	e := webhook.Event{Owner: d.Owner, ID: d.ID, URL: hook.URL, Payload: d.Payload, Secrets: [][]byte{hook.Secret}}
	if now.Before(hook.OldUntil.Time) {
		e.Secrets = append(e.Secrets, hook.OldSecret)
	}
	if status, err = k.hooks.Tell(ctx, now, e); err == nil && !webhook.Taken(status) {
		k.d.Log.Info("webhook not delivered", "delivery", d.ID, "status", status)
	}
	return status, err
}

// deliver tries once and writes what came of it, with the next try.
func (k *Keeper) deliver(ctx context.Context, a deliverArgs) (err error) {
	defer errs.Wrap(&err, "program.Deliver")
	d, found, err := store.Find[deliveryRow](ctx, k.d.DB, sqlDelivery, k.d.Purpose, a.Owner, a.ID)
	if err != nil || !found || d.State != Waiting {
		return err
	}
	hook, found, err := store.Find[hookRow](ctx, k.d.DB, sqlHook, k.d.Purpose, a.Owner)
	if err != nil || !found {
		return err
	}
	status := 0
	if hook.Stopped.IsZero() {
		if status, err = k.post(ctx, hook, d); err != nil {
			return err
		}
	}
	return k.d.DB.Write(ctx, func(tx *store.Tx) error {
		now := store.At(tx.Now())
		if webhook.Taken(status) {
			return k.takenTx(ctx, tx, d, status)
		}
		wait, more := k.d.Bounds.Waits.After(d.Tries + 1)
		if status == http.StatusGone || !hook.Stopped.IsZero() { // it does not want them, says Standard Webhooks
			more = false
		}
		next, state := store.At(tx.Now().Add(wait)), Waiting
		if !more {
			next, state = store.Time{}, Failed
		}
		if !hook.Stopped.IsZero() && hook.Work.IsZero() {
			state = Left
		}
		n, err := tx.ExecN(ctx, sqlTold, d.Purpose, d.Owner, d.ID, d.Tries, state, status, next, store.Time{}, d.State)
		if err != nil || n == 0 {
			return err
		}
		if err := tx.Exec(ctx, sqlFailing, d.Purpose, d.Owner, now); err != nil {
			return err
		}
		if more {
			return k.d.Jobs.EnqueueTx(ctx, tx, k.jobDeliver(), a, jobs.At(tx.Now().Add(wait)))
		}
		if hook.Stopped.IsZero() {
			err = tx.Exec(ctx, sqlWork, d.Purpose, d.Owner, now, status)
		}
		if err != nil {
			return err
		}
		// All tries are over and nothing was taken meanwhile: the owner has to look.
		h, err := store.One[hookRow](ctx, tx, sqlHook, d.Purpose, d.Owner)
		if err == nil && (status == http.StatusGone || !h.Failing.After(d.Made.Time.Add(time.Minute))) {
			err = tx.Exec(ctx, sqlStop, d.Purpose, d.Owner, now)
		}
		return err
	})
}

// takenTx writes that an event has arrived, and ends the work that there was if nothing
// else is given up.
func (k *Keeper) takenTx(ctx context.Context, tx *store.Tx, d deliveryRow, status int) error {
	n, err := tx.ExecN(ctx, sqlTold, d.Purpose, d.Owner, d.ID, d.Tries, Done, status, store.Time{}, store.At(tx.Now()), d.State)
	if err != nil || n == 0 {
		return err
	}
	if err := tx.Exec(ctx, sqlWorks, d.Purpose, d.Owner); err != nil {
		return err
	}
	// Changing the row is the lock; what others gave up is counted after it.
	if n, err = tx.ExecN(ctx, sqlStillWork, d.Purpose, d.Owner); err != nil || n == 0 {
		return err
	}
	left, err := store.One[int64](ctx, tx, sqlGivenUp, d.Purpose, d.Owner)
	if err != nil || left > 0 {
		return err
	}
	return tx.Exec(ctx, sqlWorkOver, d.Purpose, d.Owner)
}

// AgainTx delivers one event once more, whatever came of it; on its way it stays so.
// errs.NotFound: the owner has no such one.
func (k *Keeper) AgainTx(ctx context.Context, tx *store.Tx, owner, delivery string) error {
	if _, err := store.One[deliveryRow](ctx, tx, sqlDelivery, k.d.Purpose, owner, delivery); err != nil {
		return err
	}
	n, err := tx.ExecN(ctx, sqlOnceMore, k.d.Purpose, owner, delivery)
	if err != nil || n == 0 {
		return err
	}
	return k.d.Jobs.EnqueueTx(ctx, tx, k.jobDeliver(), deliverArgs{owner, delivery})
}
