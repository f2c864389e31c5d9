// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"context"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Why an unopened notice in an account became work for the clerk.
const (
	ReasonDeceased  = "deceased"  // the owner has died (CPC 105): heirs are to be found
	ReasonIncapable = "incapable" // the owner is under guardianship: the guardian is to be served
)

// Tasks of a closed account are named after their notice, so that the event
// heard twice opens one. National codes are looked up once for all.
const (
	sqlOpenTasks = `INSERT INTO notice_paper_task (unit, id, notice, owner, reason, national_code, opened_us)
		SELECT n.unit, 'closed-' || n.id, n.id, n.owner, $2, $3, $4 FROM notice_notice n
		WHERE n.owner = $1 AND n.way = 'electronic' AND n.viewed_us = 0
		ON CONFLICT (unit, id) DO UPDATE SET reason = excluded.reason, opened_us = excluded.opened_us, closed_us = 0`
	sqlOwnTaskUnits = `SELECT DISTINCT unit FROM notice_notice WHERE owner = $1`
	sqlCloseTasks   = `UPDATE notice_paper_task SET closed_us = $3
		WHERE unit = $1 AND owner = $2 AND closed_us = 0 AND reason IN ('deceased', 'incapable')`
)

// onStatus hears that an account may not be used any more, or may again. What
// waits unopened in it becomes work for the clerks who issued it: the notice has
// arrived, and nobody will open it. What had been opened stays served.
func (s *Service) onStatus(ctx context.Context, e identity.StatusChanged) error {
	switch e.To {
	case identity.Deceased, identity.Incapable:
	case identity.Active:
		return s.closeTasks(ctx, e.Person)
	default:
		return nil
	}
	p, err := s.d.Identity.Person(ctx, e.Person)
	if err != nil || p.Status != e.To { // another event says what holds by now
		return err
	}
	reason := ReasonDeceased
	if e.To == identity.Incapable {
		reason = ReasonIncapable
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		return tx.Exec(ctx, sqlOpenTasks, e.Person, reason, p.NationalCode, store.At(tx.Now()))
	})
}

// closedTo tells that nobody can be alerted, because the account may not be used.
// It was closed while the notice was under way: what its event did not see is made
// up for here.
func (s *Service) closedTo(ctx context.Context, owner string) (bool, error) {
	now, _, err := s.d.Identity.StatusOf(ctx, s.d.DB, owner)
	if err != nil || now != identity.Deceased && now != identity.Incapable {
		return false, err
	}
	return true, s.onStatus(ctx, identity.StatusChanged{Person: owner, To: now})
}

// closeTasks takes back the work that came of an account that is in use again.
func (s *Service) closeTasks(ctx context.Context, person string) error {
	if now, _, err := s.d.Identity.StatusOf(ctx, s.d.DB, person); err != nil || now != identity.Active {
		return err
	}
	units, err := store.All[string](ctx, s.d.DB, sqlOwnTaskUnits, person)
	if err != nil {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		for _, unit := range units {
			if err := tx.Exec(ctx, sqlCloseTasks, unit, person, store.At(tx.Now())); err != nil {
				return err
			}
		}
		return nil
	})
}
