// SPDX-License-Identifier: Apache-2.0

package sso

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	// Codes that were not exchanged yet. First, so that whoever exchanges one at
	// this moment is waited for, and its grant is seen by what comes next.
	sqlEndCodes        = `UPDATE identity_sso_request SET used_us = $2 WHERE person = $1 AND used_us = 0`
	sqlEndAllGrants    = `UPDATE identity_sso_grant SET ended_us = $2, why = $3 WHERE person = $1 AND ended_us = 0`
	sqlEndAllConsents  = `UPDATE identity_sso_consent SET ended_us = $2 WHERE person = $1 AND ended_us = 0`
	sqlStandingClients = `SELECT client FROM identity_sso_consent WHERE person = $1 AND ended_us = 0 ORDER BY client`
)

// endedTakenOver is why a grant has ended whose person was not the owner of the
// account.
const endedTakenOver = "taken over"

// takenOverTx ends what other sites were allowed and given by whoever was in an
// account before its owner. The owner is asked anew.
func (s *Service) takenOverTx(ctx context.Context, tx *store.Tx, person string) error {
	now := store.At(tx.Now())
	if err := tx.Exec(ctx, sqlEndCodes, person, now); err != nil {
		return err
	}
	if err := tx.Exec(ctx, sqlEndAllGrants, person, now, endedTakenOver); err != nil {
		return err
	}
	clients, err := store.All[string](ctx, tx, sqlStandingClients, person)
	if err != nil {
		return err
	}
	if err := tx.Exec(ctx, sqlEndAllConsents, person, now); err != nil {
		return err
	}
	for _, c := range clients {
		err := s.stage(ctx, tx, "identity.sso_consent_ended", person, c, policy.Actor{Role: policy.System}, map[string]any{
			"person": person, "client": c, "why": endedTakenOver,
		})
		if err != nil {
			return err
		}
	}
	return nil
}
