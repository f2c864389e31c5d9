// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/platform/store"
)

// keepSignIns is how long sign-ins are kept: a year, within which a person may
// ask who was in their account. It is longer than knownFor, which reads them.
const keepSignIns = 365 * 24 * time.Hour

// keepTokens is how long a token that is over stays, for whoever asks.
const keepTokens = 30 * 24 * time.Hour

const (
	sweepBatch = 500 // rows of one transaction: nobody waits long for its locks
	sweepMost  = 200 // batches of one table in one run; the next run goes on
)

// Each of these deletes at most $2 rows that are older than $1. The age stands
// twice: a row that was renewed since it was picked stays.
const (
	sqlOldCodes = `DELETE FROM identity_code WHERE expires_us < $1
		AND id IN (SELECT o.id FROM identity_code o WHERE o.expires_us < $1 ORDER BY o.expires_us LIMIT $2)`
	sqlOldLimits = `DELETE FROM identity_limit WHERE tat_us < $1
		AND key IN (SELECT o.key FROM identity_limit o WHERE o.tat_us < $1 ORDER BY o.tat_us LIMIT $2)`
	sqlOldRegistrations = `DELETE FROM identity_registration WHERE changed_us < $1
		AND id IN (SELECT o.id FROM identity_registration o WHERE o.changed_us < $1 ORDER BY o.changed_us LIMIT $2)`
	// Directory rows of claims that nobody can use any more; the claim itself stays.
	sqlOldByClaims = `DELETE FROM identity_by_claim WHERE hash IN (SELECT o.hash FROM identity_by_claim o
		JOIN identity_claim c ON c.person = o.person AND c.id = o.claim WHERE c.expires_us < $1 ORDER BY c.expires_us LIMIT $2)`
	sqlOldSignIns = `DELETE FROM identity_signin WHERE at_us < $1
		AND (person, id) IN (SELECT o.person, o.id FROM identity_signin o WHERE o.at_us < $1 ORDER BY o.at_us LIMIT $2)`
)

// cleanUp removes what is no longer needed: codes a day after they expired,
// limits that are free again, registrations that nobody finished, sign-ins
// after a year. Who looked at whose data is never removed.
func (s *Service) cleanUp(ctx context.Context) error {
	now := s.d.Clock.Now()
	for _, old := range []struct {
		sql    string
		before time.Time
	}{
		{sqlOldCodes, now.Add(-24 * time.Hour)},
		{sqlOldLimits, now},
		{sqlOldRegistrations, now.Add(-s.d.Keep)},
		{sqlOldSignIns, now.Add(-keepSignIns)},
		{sqlOldByClaims, now.Add(-24 * time.Hour)},
		{sqlOldByTokens, now.Add(-keepTokens)},
		{sqlOldTokens, now.Add(-keepTokens)},
	} {
		if err := s.sweep(ctx, old.sql, old.before); err != nil {
			return err
		}
	}
	return s.factors.Sweep(ctx)
}

// sweep runs a bounded deletion until it finds nothing more, each batch in a
// transaction of its own.
func (s *Service) sweep(ctx context.Context, sql string, before time.Time) error {
	for range sweepMost {
		var n int64
		err := s.d.DB.Write(ctx, func(tx *store.Tx) (err error) {
			n, err = tx.ExecN(ctx, sql, store.At(before), sweepBatch)
			return err
		})
		if err != nil || n < sweepBatch {
			return err
		}
	}
	return nil
}
