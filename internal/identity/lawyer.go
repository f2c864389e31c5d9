// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// LicenceOver says that a lawyer's capacity was ended or suspended.
type LicenceOver struct {
	Person    string    `json:"person"`
	Capacity  string    `json:"capacity"`
	Suspended bool      `json:"suspended"` // it may be resumed
	At        time.Time `json:"at"`
}

// EventKind implements jobs.Event.
func (LicenceOver) EventKind() string { return "identity.licence_over" }

// licenceOverTx publishes the end of a capacity if it is a lawyer's own.
func (s *Service) licenceOverTx(ctx context.Context, tx *store.Tx, c Capacity, suspended bool) error {
	if c.Role != policy.Lawyer || c.For != "" {
		return nil
	}
	return s.d.Jobs.PublishTx(ctx, tx, LicenceOver{Person: c.Person, Capacity: c.ID, Suspended: suspended, At: tx.Now()})
}

// A lawyer's own capacities: all, and those that hold.
const sqlLicences = `SELECT count(*) AS had, coalesce(sum(CASE WHEN ended_us = 0 AND suspended_us = 0 AND from_day <= $2
		AND (until_day = 0 OR until_day >= $2) THEN 1 ELSE 0 END), 0) AS holds,
	coalesce(sum(CASE WHEN ended_us = 0 AND suspended_us > 0 THEN 1 ELSE 0 END), 0) AS halted
	FROM identity_capacity WHERE person = $1 AND role = 'lawyer' AND for_person = ''`

type licencesRow struct {
	Had    int64 `db:"had"`
	Holds  int64 `db:"holds"`
	Halted int64 `db:"halted"`
}

// PractisesTx tells whether a lawyer may act today: the account is in use, and a
// licence holds. forGood tells of one who may not that this will not change by
// itself: he has died, say, or the licence was revoked. Whoever never had a licence
// here is not judged.
func (s *Service) PractisesTx(ctx context.Context, tx *store.Tx, person string) (practises, forGood bool, err error) {
	defer errs.Wrap(&err, "identity.PractisesTx")
	status, _, err := s.StatusOf(ctx, tx, person)
	switch {
	case errs.Is(err, errs.NotFound):
		return true, false, nil
	case err != nil:
		return false, false, err
	case status != Active && status != Merged:
		return false, true, nil
	}
	r, err := store.One[licencesRow](ctx, tx, sqlLicences, person, civil.Of(tx.Now()))
	return r.Had == 0 || r.Holds > 0, r.Had > 0 && r.Holds == 0 && r.Halted == 0, err
}
