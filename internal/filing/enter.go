// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// A lawyer looks for a case this often at most.
const (
	enterTries = 10
	enterIn    = time.Hour
)

const (
	countTries = `SELECT count(*) FROM filing_try WHERE owner = $1 AND at_us > $2`
	insertTry  = `INSERT INTO filing_try (owner, at_us, id) VALUES ($1, $2, $3)`
)

// findParty finds the case and the party for whom a lawyer enters appearance. A
// wrong number and a wrong code have the same answer, and it is asked for a few
// times an hour only: nobody finds out who has a case by trying.
func (s *Service) findParty(ctx context.Context, a policy.Actor, number, code string) (c docket.Case, p docket.Party, err error) {
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		n, err := store.One[int64](ctx, tx, countTries, a.Person, touch(tx.Now().Add(-enterIn)))
		if err != nil {
			return err
		}
		if n >= enterTries {
			return errs.New(errs.RateLimited, "filing.enter_too_often", "max", enterTries)
		}
		return tx.Exec(ctx, insertTry, a.Person, touch(tx.Now()), id.New())
	})
	if err != nil {
		return c, p, err
	}
	c, p, found, err := s.d.Docket.FindParty(ctx, persian.Identifier(number), persian.Identifier(code))
	if err == nil && !found {
		err = errs.InvalidFields([]errs.Field{{Name: "number", Code: "filing.enter_unknown"}})
	}
	return c, p, err
}
