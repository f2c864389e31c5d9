// SPDX-License-Identifier: Apache-2.0

package factor

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Standing is what somebody has beside password and telephone.
type Standing struct {
	Passkeys int64 `db:"passkeys"`
	Apps     int64 `db:"apps"`
	Codes    int64 `db:"codes"`   // recovery codes that were not used
	Off      int64 `db:"sms_off"` // 1: they have turned the text message off
}

// Any tells whether there is something.
func (s Standing) Any() bool { return s.Passkeys+s.Apps+s.Codes > 0 }

const (
	sqlStanding = `
SELECT (SELECT count(*) FROM identity_passkey WHERE person = $1 AND ended_us = 0) AS passkeys,
	(SELECT count(*) FROM identity_totp WHERE person = $1) AS apps,
	(SELECT count(*) FROM identity_recovery WHERE person = $1 AND used_us = 0) AS codes,
	(SELECT count(*) FROM identity_sms_off WHERE person = $1) AS sms_off`
	sqlEndPasskeys = `UPDATE identity_passkey SET ended_us = $2 WHERE person = $1 AND ended_us = 0`
)

// StandingOf looks at what a person has, in the caller's transaction if q is one.
func (s *Service) StandingOf(ctx context.Context, q store.Querier, person string) (_ Standing, err error) {
	defer errs.Wrap(&err, "factor.StandingOf")
	return store.One[Standing](ctx, q, sqlStanding, person)
}

// ClearTx ends all of it: passkeys, app and recovery codes. A text message counts
// again.
func (s *Service) ClearTx(ctx context.Context, tx *store.Tx, person string) (err error) {
	defer errs.Wrap(&err, "factor.ClearTx")
	if err := tx.Exec(ctx, sqlEndPasskeys, person, store.At(tx.Now())); err != nil {
		return err
	}
	if err := tx.Exec(ctx, sqlDropTOTP, person); err != nil {
		return err
	}
	if err := tx.Exec(ctx, sqlDropSMSOff, person); err != nil {
		return err
	}
	return tx.Exec(ctx, sqlDropRecovery, person)
}
