// SPDX-License-Identifier: Apache-2.0

package program

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Hook is where an organisation's program is told what happens.
type Hook struct {
	URL      string
	Failing  time.Time // since when nothing was taken; zero: it works
	Stopped  time.Time // telling has stopped; zero: it is on
	OldUntil time.Time // until when the secret before the last one signs too
	Work     Work
}

// Work is what could not be told: for somebody of the organisation to look at.
type Work struct {
	Owner   string
	Since   time.Time // zero: there is none
	GivenUp int       // events that nobody took
	Last    time.Time // the last failure
	Status  int64     // and what was answered; 0: nothing
	Trying  bool      // it is being told again
}

// Open tells whether there is something to do.
func (w Work) Open() bool { return !w.Since.IsZero() }

// Delivery is one event on its way.
type Delivery struct {
	ID, Event, State string
	Tries, Status    int64
	Made, Next       time.Time
}

// States of a delivery; part of locale keys.
const (
	Waiting = "waiting"
	Done    = "done"
	Failed  = "failed" // given up
	Left    = "left"   // given up, and nobody wants it told again
)

const shownDeliveries = 50

// Address checks where events are to go.
func (k *Keeper) Address(text string) (string, error) {
	address, ok := k.hooks.Address(text)
	if !ok {
		return "", errs.InvalidFields([]errs.Field{{Name: "url", Code: "program.wrong.url"}})
	}
	return address, nil
}

// SetHookTx says where to tell. The first time it makes the secret, which only this
// answer knows; later it is "" and the old secret stays. It also turns on what was
// stopped.
func (k *Keeper) SetHookTx(ctx context.Context, tx *store.Tx, owner, by, address string) (secret string, err error) {
	n, err := tx.ExecN(ctx, sqlMoveHook, k.d.Purpose, owner, address, by, store.At(tx.Now()))
	if err != nil || n > 0 {
		return "", err
	}
	words, sealed := k.hooks.NewSecret(owner)
	return words, store.Insert(ctx, tx, "program_hook", hookRow{
		Purpose: k.d.Purpose, Owner: owner, URL: address, Secret: sealed, OldSecret: []byte{}, MadeBy: by, Changed: store.At(tx.Now()),
	})
}

// RotateTx makes a new secret. Until the time it names both sign. errs.NotFound: there is
// no address.
func (k *Keeper) RotateTx(ctx context.Context, tx *store.Tx, owner, by string) (secret string, until time.Time, err error) {
	words, sealed := k.hooks.NewSecret(owner)
	until = tx.Now().Add(hours(k.d.Bounds.Overlap))
	n, err := tx.ExecN(ctx, sqlRotate, k.d.Purpose, owner, sealed, store.At(until), by, store.At(tx.Now()))
	if err == nil && n == 0 {
		err = errs.New(errs.NotFound, "")
	}
	return words, until, err
}

// Hook reads where an owner is told, and the newest deliveries.
func (k *Keeper) Hook(ctx context.Context, owner string) (h Hook, found bool, list []Delivery, err error) {
	row, found, err := store.Find[hookRow](ctx, k.d.DB, sqlHook, k.d.Purpose, owner)
	if err != nil || !found {
		return h, found, nil, err
	}
	h = Hook{URL: row.URL, Failing: row.Failing.Time, Stopped: row.Stopped.Time, OldUntil: row.OldUntil.Time}
	if h.Work, err = k.Work(ctx, owner); err != nil {
		return h, false, nil, err
	}
	rows, err := store.All[deliveryRow](ctx, k.d.DB, sqlDeliveries, k.d.Purpose, owner, shownDeliveries)
	for _, r := range rows {
		list = append(list, Delivery{ID: r.ID, Event: r.Event, State: r.State, Tries: r.Tries, Status: r.Status, Made: r.Made.Time, Next: r.Next.Time})
	}
	return h, true, list, err
}
