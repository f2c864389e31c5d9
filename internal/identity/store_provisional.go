// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/store"
)

type provisionalRow struct {
	Person       string           `db:"person"`
	NationalCode string           `db:"national_code"`
	Birth        civil.Day        `db:"birth"`
	Mobile       string           `db:"mobile"`
	State        ProvisionalState `db:"state"`
	Cause        string           `db:"cause"`
	Tries        int64            `db:"tries"`
	Next         store.Time       `db:"next_us"`
	Created      store.Time       `db:"created_us"`
	Changed      store.Time       `db:"changed_us"`
}

func (r provisionalRow) provisional() Provisional {
	return Provisional{
		Person: r.Person, NationalCode: r.NationalCode, Birth: r.Birth, Mobile: r.Mobile, State: r.State, Cause: r.Cause,
		Created: r.Created.Time, Changed: r.Changed.Time,
	}
}

func (r provisionalRow) entries() Entries {
	return Entries{Class: Resident, NationalCode: r.NationalCode, Birth: r.Birth, Mobile: r.Mobile, Country: Home}
}

const provisionalColumns = `person, national_code, birth, mobile, state, cause, tries, next_us, created_us, changed_us`

const (
	sqlProvisional    = `SELECT ` + provisionalColumns + ` FROM identity_provisional WHERE person = $1`
	sqlProvisionalDue = `SELECT ` + provisionalColumns + ` FROM identity_provisional
WHERE state = 'asking' AND next_us <= $1 ORDER BY next_us, person LIMIT $2`
	sqlSameProvisional = `SELECT ` + provisionalColumns + ` FROM identity_provisional
WHERE national_code = $1 AND birth = $2 AND mobile = $3 AND state IN ('asking', 'refused') ORDER BY person LIMIT 1`
	sqlRivals = `SELECT ` + provisionalColumns + ` FROM identity_provisional
WHERE national_code = $1 AND birth = $2 AND person <> $3 AND state IN ('asking', 'refused') ORDER BY person FOR UPDATE`

	// Only what was judged may be marked: it may have been entered again meanwhile.
	sqlProvisionalAsked = `
UPDATE identity_provisional SET state = $5, cause = $6, next_us = $7, tries = tries + 1, changed_us = $8
WHERE person = $1 AND national_code = $2 AND birth = $3 AND mobile = $4 AND state = 'asking'`
	sqlProvisionalConfirmed = `
UPDATE identity_provisional SET state = 'confirmed', cause = '', changed_us = $5
WHERE person = $1 AND national_code = $2 AND birth = $3 AND mobile = $4 AND state IN ('asking', 'refused')`
	sqlProvisionalLost = `
UPDATE identity_provisional SET state = 'lost', cause = '', changed_us = $2 WHERE person = $1 AND state IN ('asking', 'refused')`
	sqlProvisionalMended = `
UPDATE identity_provisional SET national_code = $2, birth = $3, state = 'asking', cause = '', tries = 0, next_us = $4, changed_us = $4
WHERE person = $1 AND state IN ('asking', 'refused')`

	sqlConfirmPerson = `
UPDATE identity_person SET national_code = $2, first_name = $3, last_name = $4, father_name = $5
WHERE id = $1 AND status = 'active' AND national_code = ''`
	sqlOwnBirth = `UPDATE identity_person SET birth = $2 WHERE id = $1 AND national_code = ''`

	// The code goes out while the registration goes on waiting.
	sqlCodeWhileWaiting = `UPDATE identity_registration SET code = $2 WHERE id = $1 AND state = 'waiting'`
)
