// SPDX-License-Identifier: Apache-2.0

package program

import (
	"context"
	"net/http"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/webhook"
)

// tryingFor is how long what was given up counts as being told again: longer than the
// jobs that do it are tried.
const tryingFor = 24 * time.Hour

// Work is what an owner has to look at.
func (k *Keeper) Work(ctx context.Context, owner string) (Work, error) {
	r, _, err := store.Find[workRow](ctx, k.d.DB, sqlWorkOf, k.d.Purpose, owner)
	return k.work(r), err
}

// AllWork is what all owners have to look at, the oldest first.
func (k *Keeper) AllWork(ctx context.Context) (out []Work, err error) {
	rows, err := store.All[workRow](ctx, k.d.DB, sqlAllWork, k.d.Purpose)
	for _, r := range rows {
		out = append(out, k.work(r))
	}
	return out, err
}

func (k *Keeper) work(r workRow) Work {
	return Work{
		Owner: r.Owner, Since: r.Work.Time, GivenUp: int(r.GivenUp), Last: r.Last.Time, Status: r.Status,
		Trying: !r.Trying.IsZero() && k.d.Clock.Now().Before(r.Trying.Add(tryingFor)),
	}
}

type againArgs struct {
	Owner string `json:"owner"`
}

// TryTx tells once more what was given up, one after the other in order. It says how
// many events that are; errs.Conflict, code program.trying: it is being done.
func (k *Keeper) TryTx(ctx context.Context, tx *store.Tx, owner string) (events int64, err error) {
	n, err := tx.ExecN(ctx, sqlTry, k.d.Purpose, owner, store.At(tx.Now()), store.At(tx.Now().Add(-tryingFor)))
	if err == nil && n == 0 {
		err = errs.New(errs.Conflict, "program.trying")
	}
	if err != nil {
		return 0, err
	}
	if events, err = store.One[int64](ctx, tx, sqlGivenUp, k.d.Purpose, owner); err != nil {
		return 0, err
	}
	return events, k.d.Jobs.EnqueueTx(ctx, tx, k.jobAgain(), againArgs{owner})
}

// LeaveTx ends the work by hand: what was given up is not told any more. Whether telling
// has stopped stays as it is. It says how many events that are.
func (k *Keeper) LeaveTx(ctx context.Context, tx *store.Tx, owner string) (events int64, err error) {
	n, err := tx.ExecN(ctx, sqlLeave, k.d.Purpose, owner, store.At(tx.Now().Add(-tryingFor)))
	if err == nil && n == 0 {
		err = errs.New(errs.Conflict, "program.trying")
	}
	if err != nil {
		return 0, err
	}
	return tx.ExecN(ctx, sqlLeaveAll, k.d.Purpose, owner)
}

// again tells the oldest event that was given up, and has the next one told when this
// one was taken. When none is left, telling goes on.
func (k *Keeper) again(ctx context.Context, a againArgs) (err error) {
	defer errs.Wrap(&err, "program.Again")
	hook, found, err := store.Find[hookRow](ctx, k.d.DB, sqlHook, k.d.Purpose, a.Owner)
	if err != nil || !found || hook.Trying.IsZero() {
		return err
	}
	d, found, err := store.Find[deliveryRow](ctx, k.d.DB, sqlOldest, k.d.Purpose, a.Owner)
	if err != nil {
		return err
	}
	status := 0
	if found {
		if status, err = k.post(ctx, hook, d); err != nil {
			return err
		}
	}
	return k.d.DB.Write(ctx, func(tx *store.Tx) error {
		if !found {
			return k.allToldTx(ctx, tx, a.Owner)
		}
		if webhook.Taken(status) {
			if err := k.takenTx(ctx, tx, d, status); err != nil {
				return err
			}
			return k.d.Jobs.EnqueueTx(ctx, tx, k.jobAgain(), a)
		}
		n, err := tx.ExecN(ctx, sqlTold, d.Purpose, d.Owner, d.ID, d.Tries, Failed, status, store.Time{}, store.Time{}, d.State)
		if err != nil {
			return err
		}
		if n == 0 { // somebody has sent this one by itself
			return k.d.Jobs.EnqueueTx(ctx, tx, k.jobAgain(), a)
		}
		if err := tx.Exec(ctx, sqlWork, d.Purpose, d.Owner, store.At(tx.Now()), status); err != nil {
			return err
		}
		if status == http.StatusGone {
			if err := tx.Exec(ctx, sqlStop, d.Purpose, d.Owner, store.At(tx.Now())); err != nil {
				return err
			}
		}
		return tx.Exec(ctx, sqlTried, d.Purpose, d.Owner)
	})
}

// allToldTx turns telling on again, unless something was given up meanwhile.
func (k *Keeper) allToldTx(ctx context.Context, tx *store.Tx, owner string) error {
	// Changing the row is the lock; what others gave up is counted after it.
	if n, err := tx.ExecN(ctx, sqlStillTrying, k.d.Purpose, owner); err != nil || n == 0 {
		return err
	}
	left, err := store.One[int64](ctx, tx, sqlGivenUp, k.d.Purpose, owner)
	if err != nil {
		return err
	}
	if left > 0 {
		return k.d.Jobs.EnqueueTx(ctx, tx, k.jobAgain(), againArgs{owner})
	}
	return tx.Exec(ctx, sqlAllTold, k.d.Purpose, owner)
}
