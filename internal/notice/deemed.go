// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"context"
	"errors"
	"time"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// deemedEvery is how often notices are looked for whose time is up.
const deemedEvery = 10 * time.Minute

// deemedBatch is how many are looked at in one reading.
const deemedBatch = 500

const (
	sqlWaiting = `SELECT owner, id, arrived_us FROM notice_notice
		WHERE way = 'electronic' AND viewed_us = 0 AND timed_us = 0 AND arrived_us <= $1 AND (arrived_us, id) > ($2, $3)
		ORDER BY arrived_us, id LIMIT $4`
	// The update is the lock, also against whoever opens it at the same time.
	sqlTimed = `UPDATE notice_notice SET timed_us = $3 WHERE owner = $1 AND id = $2 AND viewed_us = 0 AND timed_us = 0`
)

type waitingRow struct {
	Owner   string     `db:"owner"`
	ID      string     `db:"id"`
	Arrived store.Time `db:"arrived_us"`
}

// Deem notes of each notice that nobody has opened for the time that the reading
// names that this time is up (by-law article 13, note 2: not looking is refusing).
// What that means in law the reading says; that it has happened is a fact of its
// own. It is right if it is interrupted or run twice. A job runs it.
func (s *Service) Deem(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "notice.Deem")
	least := s.effects.leastWait()
	if least == 0 {
		return nil
	}
	until := s.d.DB.Now().Add(-time.Duration(least) * 24 * time.Hour)
	var failed error
	for after := (waitingRow{}); ; {
		rows, err := store.All[waitingRow](ctx, s.d.DB, sqlWaiting, store.At(until), after.Arrived, after.ID, deemedBatch)
		if err != nil {
			return err
		}
		for _, r := range rows {
			failed = errors.Join(failed, s.deem(ctx, r))
			after = r
		}
		if len(rows) < deemedBatch {
			return failed
		}
	}
}

func (s *Service) deem(ctx context.Context, r waitingRow) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		n, err := s.readTx(ctx, tx, r.Owner, r.ID)
		if err != nil {
			if errs.Is(err, errs.NotFound) { // its account was merged meanwhile: the next run
				return nil
			}
			return err
		}
		days := s.effects.Of(n).Row.DeemedAfter
		if days > 0 && tx.Now().Before(n.Arrived.Add(time.Duration(days)*24*time.Hour)) {
			return nil // another row's time is shorter
		}
		done, err := tx.ExecN(ctx, sqlTimed, r.Owner, r.ID, store.At(tx.Now()))
		if err != nil || done == 0 || days == 0 || s.effects.Of(n).Void {
			return err
		}
		up := n.Arrived.Add(time.Duration(days) * 24 * time.Hour)
		_, _, err = s.addFactTx(ctx, tx, n, policy.Actor{Role: policy.System}, Fact{Kind: FactDeemed, At: up, Code: "not_opened"}, map[string]string{
			"rule": s.effects.At(civil.Of(n.Issued)).Name(),
		})
		if err != nil {
			return err
		}
		return s.d.Jobs.PublishTx(ctx, tx, Deemed{Notice: n.ID, Owner: n.Owner, Kind: n.Kind, At: up})
	})
}
