// SPDX-License-Identifier: Apache-2.0

package identity

import "github.com/tarazu/tarazu/internal/platform/store"

type claimRow struct {
	Person  string     `db:"person"`
	ID      string     `db:"id"`
	Way     string     `db:"way"`
	By      string     `db:"by_person"`
	Unit    string     `db:"unit"`
	Tries   int64      `db:"tries"`
	Created store.Time `db:"created_us"`
	Expires store.Time `db:"expires_us"`
	Ended   store.Time `db:"ended_us"`
}

type byClaimRow struct {
	Hash   string `db:"hash"`
	Person string `db:"person"`
	Claim  string `db:"claim"`
}

const claimColumns = `c.person, c.id, c.way, c.by_person, c.unit, c.tries, c.created_us, c.expires_us, c.ended_us`

const (
	sqlClaim         = `SELECT ` + claimColumns + ` FROM identity_claim c WHERE c.person = $1 AND c.id = $2`
	sqlClaimByHash   = `SELECT ` + claimColumns + ` FROM identity_by_claim b JOIN identity_claim c ON c.person = b.person AND c.id = b.claim WHERE b.hash = $1`
	sqlEndClaims     = `UPDATE identity_claim SET ended_us = $2 WHERE person = $1 AND ended_us = 0`
	sqlUseClaim      = `UPDATE identity_claim SET ended_us = $3 WHERE person = $1 AND id = $2 AND ended_us = 0 AND expires_us > $3 AND tries < $4`
	sqlTryClaim      = `UPDATE identity_claim SET tries = tries + 1 WHERE person = $1 AND id = $2 AND ended_us = 0 AND tries < $3`
	sqlGiveBackClaim = `UPDATE identity_claim SET tries = tries - 1 WHERE person = $1 AND id = $2 AND ended_us = 0 AND tries BETWEEN 1 AND $3`
)
