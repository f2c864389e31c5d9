// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// StatusChange is one step in the life of an account. Every step stays.
type StatusChange struct {
	ID       string // given by ChangeStatusTx
	Person   string
	From, To Status
	Into     string // the account that goes on, if To is Merged
	Why      string // locale key
	Ref      string // of whoever said so: the registry's file, the proposal
	By       policy.Actor
	At       time.Time
}

// StatusChanged says that an account may not be used any more, or may again.
type StatusChanged struct {
	Person string `json:"person"`
	From   Status `json:"from"`
	To     Status `json:"to"`
	Into   string `json:"into,omitempty"`
	Change string `json:"change"`
}

// EventKind implements jobs.Event.
func (StatusChanged) EventKind() string { return "identity.status_changed" }

type statusRow struct {
	Person   string      `db:"person"`
	ID       string      `db:"id"`
	From     Status      `db:"from_status"`
	To       Status      `db:"to_status"`
	Into     string      `db:"into_person"`
	Why      string      `db:"why"`
	Ref      string      `db:"ref"`
	ByPerson string      `db:"by_person"`
	ByRole   policy.Role `db:"by_role"`
	At       store.Time  `db:"at_us"`
}

const (
	sqlSetStatus = `UPDATE identity_person SET status = $3, merged_into = $4 WHERE id = $1 AND status = $2`
	sqlStatuses  = `
SELECT person, id, from_status, to_status, into_person, why, ref, by_person, by_role, at_us
FROM identity_status WHERE person = $1 ORDER BY id DESC`
	sqlStatusOf = `SELECT status, merged_into FROM identity_person WHERE id = $1`
)

// ChangeStatusTx takes an account from one status to another. When it may not be
// used any more, its tokens end with this transaction, its sessions with the next
// click (Actor) and their rows soon after. errs.Conflict, code
// identity.status.changed: its status is another one by now. Who may do so is the
// caller's matter.
func (s *Service) ChangeStatusTx(ctx context.Context, tx *store.Tx, c StatusChange) (err error) {
	defer errs.Wrap(&err, "identity.ChangeStatusTx")
	n, err := tx.ExecN(ctx, sqlSetStatus, c.Person, c.From, c.To, c.Into)
	if err != nil {
		return err
	}
	if n == 0 {
		return errs.New(errs.Conflict, "identity.status.changed")
	}
	row := statusRow{
		Person: c.Person, ID: id.New(), From: c.From, To: c.To, Into: c.Into, Why: c.Why, Ref: c.Ref,
		ByPerson: c.By.Person, ByRole: c.By.Role, At: store.At(tx.Now()),
	}
	if err := store.Insert(ctx, tx, "identity_status", row); err != nil {
		return err
	}
	if c.To != Active {
		if err := tx.Exec(ctx, sqlRevokeTokens, c.Person, store.At(tx.Now())); err != nil {
			return err
		}
		if err := s.d.Jobs.EnqueueTx(ctx, tx, jobRevoke, revokeJob{Person: c.Person, Before: id.New()}); err != nil {
			return err
		}
	}
	facts := map[string]any{"person": c.Person, "from": string(c.From), "to": string(c.To), "why": c.Why, "ref": c.Ref}
	if c.Into != "" {
		facts["into"] = c.Into
	}
	if err := s.stage(ctx, tx, "identity.status_changed", c.Person, row.ID, c.By, facts); err != nil {
		return err
	}
	return s.d.Jobs.PublishTx(ctx, tx, StatusChanged{Person: c.Person, From: c.From, To: c.To, Into: c.Into, Change: row.ID})
}

// StatusOf tells whether an account may be used and, if it was merged, which one
// goes on, in the caller's transaction if q is one.
func (s *Service) StatusOf(ctx context.Context, q store.Querier, person string) (_ Status, into string, err error) {
	defer errs.Wrap(&err, "identity.StatusOf")
	row, err := store.One[struct {
		Status Status `db:"status"`
		Into   string `db:"merged_into"`
	}](ctx, q, sqlStatusOf, person)
	return row.Status, row.Into, err
}

// inUse refuses an account that may not be used. A key of an account that was
// merged does not open the one that goes on: that takes what belongs to that one.
func (s *Service) inUse(ctx context.Context, person string) error {
	now, _, err := s.StatusOf(ctx, s.d.DB, person)
	switch {
	case err != nil:
		return err
	case now == Merged:
		return errs.New(errs.Invalid, "identity.closed.merged")
	case now == NotConfirmed:
		return errs.New(errs.Invalid, WhyNotConfirmed)
	case now != Active:
		return errs.New(errs.Invalid, "identity.closed")
	}
	return nil
}

// Statuses lists the steps in the life of an account, the newest first.
func (s *Service) Statuses(ctx context.Context, person string) (_ []StatusChange, err error) {
	defer errs.Wrap(&err, "identity.Statuses")
	rows, err := store.All[statusRow](ctx, s.d.DB, sqlStatuses, person)
	out := make([]StatusChange, len(rows))
	for i, r := range rows {
		out[i] = StatusChange{
			ID: r.ID, Person: r.Person, From: r.From, To: r.To, Into: r.Into, Why: r.Why, Ref: r.Ref,
			By: policy.Actor{Person: r.ByPerson, Role: r.ByRole}, At: r.At.Time,
		}
	}
	return out, err
}
