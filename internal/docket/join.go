// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"
	"encoding/json"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	sqlJoin = `UPDATE docket_party SET joined_us = $1 WHERE case_id = $2 AND id = $3 AND joined_us = 0`
	// sqlHold changes nothing: whoever lets the party join waits for it.
	sqlHold   = `UPDATE docket_party SET joined_us = joined_us WHERE case_id = $1 AND id = $2 AND joined_us = 0`
	sqlLooks  = `SELECT case_id, id, party, at_us, access FROM docket_look WHERE case_id = $1 AND party = $2 ORDER BY at_us, id`
	sqlLooked = `DELETE FROM docket_look WHERE case_id = $1 AND party = $2`
)

// lookRow is a look at the data of a party who does not see the case yet.
type lookRow struct {
	Case   string     `db:"case_id"`
	ID     string     `db:"id"`
	Party  string     `db:"party"`
	At     store.Time `db:"at_us"`
	Access string     `db:"access"` // identity.Access without the person
}

// joinTx lets a party see the case: a notice is being issued to it. The case
// appears in its list, and so do the looks at its data until now.
func (s *Service) joinTx(ctx context.Context, tx *store.Tx, p Party) error {
	n, err := tx.ExecN(ctx, sqlJoin, store.At(tx.Now()), p.Case, p.ID)
	if err != nil || n == 0 {
		return err
	}
	if err := tx.Exec(ctx, sqlListFor, p.Case, p.ID); err != nil {
		return err
	}
	return s.showLooks(ctx, tx, p)
}

// showLooks hands the looks that were kept back to the person's own log, once
// the party sees the case and has an account.
func (s *Service) showLooks(ctx context.Context, tx *store.Tx, p Party) error {
	if p.Person == "" {
		return nil
	}
	rows, err := store.All[lookRow](ctx, tx, sqlLooks, p.Case, p.ID)
	if err != nil || len(rows) == 0 {
		return err
	}
	list := make([]identity.Access, len(rows))
	for i, r := range rows {
		if err := json.Unmarshal([]byte(r.Access), &list[i]); err != nil {
			return err
		}
		list[i].Subject, list[i].At = p.Person, r.At.Time
	}
	if err := s.d.Identity.RecordAccessesTx(ctx, tx, list); err != nil {
		return err
	}
	return tx.Exec(ctx, sqlLooked, p.Case, p.ID)
}

// RecordAccess records that somebody read what names the parties of a case,
// once for each of them; a.Subject is not used. A party who does not see the
// case yet is shown it when he does.
func (s *Service) RecordAccess(ctx context.Context, c Case, a identity.Access) (err error) {
	defer errs.Wrap(&err, "docket.RecordAccess")
	var now []identity.Access
	seen := map[string]bool{"": true}
	for _, p := range c.Parties {
		if seen[p.Person] {
			continue
		}
		later := false
		if p.Joined.IsZero() {
			if later, err = s.look(ctx, p, a); err != nil {
				return err
			}
		}
		if !later {
			a.Subject, seen[p.Person] = p.Person, true
			now = append(now, a)
		}
	}
	return s.d.Identity.RecordAccesses(ctx, now)
}

// look keeps a look back, unless the party has joined in the meantime.
func (s *Service) look(ctx context.Context, p Party, a identity.Access) (later bool, err error) {
	a.Subject = ""
	access, err := json.Marshal(a)
	if err != nil {
		return false, err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.ExecN(ctx, sqlHold, p.Case, p.ID)
		if later = n > 0; err != nil || !later {
			return err
		}
		return store.Insert(ctx, tx, "docket_look", lookRow{Case: p.Case, ID: id.New(), Party: p.ID, At: store.At(tx.Now()), Access: string(access)})
	})
	return later, err
}
