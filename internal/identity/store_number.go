// SPDX-License-Identifier: Apache-2.0

package identity

import "github.com/tarazu/tarazu/internal/platform/store"

type numberRow struct {
	Person string     `db:"person"`
	Mobile string     `db:"mobile"`
	Asked  store.Time `db:"asked_us"`
	Lost   store.Time `db:"lost_us"`
}

const (
	// The first sign-in has the number asked about at the next round; a number that
	// was changed since begins anew.
	sqlNoteNumber = `
INSERT INTO identity_number (person, mobile, asked_us, next_us)
SELECT p.id, p.mobile, 0, CAST($2 AS BIGINT) FROM identity_person p WHERE p.id = $1
ON CONFLICT (person) DO UPDATE SET next_us = CASE WHEN identity_number.mobile <> excluded.mobile THEN excluded.next_us ELSE identity_number.next_us END,
	lost_us = CASE WHEN identity_number.mobile <> excluded.mobile THEN 0 ELSE identity_number.lost_us END, mobile = excluded.mobile`
	sqlNumberIsLost    = `SELECT count(*) FROM identity_number WHERE person = $1 AND mobile = $2 AND lost_us > 0`
	sqlNumbersDue      = `SELECT person, mobile, asked_us, lost_us FROM identity_number WHERE next_us <= $1 ORDER BY next_us LIMIT $2`
	sqlAskNumberAt     = `UPDATE identity_number SET next_us = $2 WHERE person = $1`
	sqlNumberIsTheirs  = `UPDATE identity_number SET lost_us = 0, asked_us = $3, next_us = $4 WHERE person = $1 AND mobile = $2`
	sqlEndSignInTokens = `UPDATE identity_token SET revoked_us = $2 WHERE person = $1 AND kind = $3 AND revoked_us = 0`
	sqlNumberBegins    = `UPDATE identity_number SET mobile = $2, asked_us = $3, next_us = $4, lost_us = 0 WHERE person = $1`
	// An answer is about the number that was asked about: of who has another one by
	// now, or was found to have the same one anew, it says nothing.
	sqlNumberAnswered = `
UPDATE identity_number SET mobile = $2, asked_us = $3, next_us = $4, lost_us = $5
WHERE person = $1 AND mobile = $6 AND asked_us = $7 AND EXISTS (SELECT 1 FROM identity_person p WHERE p.id = $1 AND p.mobile = $2)`
)
