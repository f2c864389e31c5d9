// SPDX-License-Identifier: Apache-2.0

package steward

import "github.com/tarazu/tarazu/internal/platform/civil"

// askedRow is somebody about whom the civil registry is to be asked.
type askedRow struct {
	ID           string    `db:"id"`
	NationalCode string    `db:"national_code"`
	Birth        civil.Day `db:"birth"`
}

const (
	// Who has just registered was asked about then.
	sqlAskDue = `
SELECT id, national_code, birth FROM identity_person
WHERE status = 'active' AND national_code <> '' AND asked_us < $1 AND created_us < $1
ORDER BY asked_us, id LIMIT $2`
	sqlAsked = `UPDATE identity_person SET asked_us = $2 WHERE id = $1`
)
