// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// The statements of this module. They name no other module's tables.
const (
	selectCurrent = `SELECT code, version, hash FROM catalogue_service
		WHERE code = $1 AND from_day <= $2 AND (until_day = 0 OR until_day >= $2) ORDER BY version DESC LIMIT 1`
	selectCurrentAll = `SELECT s.code, s.version, s.hash FROM catalogue_service s
		WHERE s.version = (SELECT MAX(v.version) FROM catalogue_service v
			WHERE v.code = s.code AND v.from_day <= $1 AND (v.until_day = 0 OR v.until_day >= $1))
		ORDER BY s.code`
	selectVersion = `SELECT code, version, hash FROM catalogue_service WHERE code = $1 AND version = $2`
	selectOrigin  = `SELECT origin, hash FROM catalogue_service WHERE code = $1 AND version = $2`
	selectBody    = `SELECT body FROM catalogue_service WHERE code = $1 AND version = $2`
	selectLast    = `SELECT COALESCE(MAX(version), 0) FROM catalogue_service WHERE code = $1`

	selectFees = `SELECT code, from_day, version, body, published_by, published_us FROM catalogue_fee
		WHERE code = $1 ORDER BY from_day, version`
	selectFeeVersion = `SELECT COALESCE(MAX(version), 0) FROM catalogue_fee WHERE code = $1 AND from_day = $2`
)

// versionKey names one version and its contents.
type versionKey struct {
	Code    string `db:"code"`
	Version int    `db:"version"`
	Hash    string `db:"hash"`
}

type originRow struct {
	Origin string `db:"origin"`
	Hash   string `db:"hash"`
}

type serviceRow struct {
	Code        string     `db:"code"`
	Version     int        `db:"version"`
	From        civil.Day  `db:"from_day"`
	Until       civil.Day  `db:"until_day"`
	Origin      string     `db:"origin"`
	Hash        string     `db:"hash"`
	Body        string     `db:"body"`
	PublishedBy string     `db:"published_by"`
	PublishedAt store.Time `db:"published_us"`
}

type feeRow struct {
	Code        string     `db:"code"`
	From        civil.Day  `db:"from_day"`
	Version     int        `db:"version"`
	Body        string     `db:"body"`
	PublishedBy string     `db:"published_by"`
	PublishedAt store.Time `db:"published_us"`
}
