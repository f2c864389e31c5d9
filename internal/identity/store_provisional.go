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
	Class        Class            `db:"class"`
	Kind         IdentifierKind   `db:"kind"`
	Number       string           `db:"number"`
	Issuer       string           `db:"issuer"`
	Email        string           `db:"email"`
	Country      string           `db:"country"`
	State        ProvisionalState `db:"state"`
	Cause        string           `db:"cause"`
	Tries        int64            `db:"tries"`
	Next         store.Time       `db:"next_us"`
	Created      store.Time       `db:"created_us"`
	Changed      store.Time       `db:"changed_us"`
}

func (r provisionalRow) provisional() Provisional {
	return Provisional{
		Person: r.Person, Class: r.Class, NationalCode: r.NationalCode, Kind: r.Kind, Number: r.Number, Birth: r.Birth, Mobile: r.Mobile,
		State: r.State, Cause: r.Cause, Created: r.Created.Time, Changed: r.Changed.Time,
	}
}

func (r provisionalRow) entries() Entries {
	return Entries{
		Class: r.Class, NationalCode: r.NationalCode, Kind: r.Kind, Number: r.Number, Issuer: r.Issuer, Birth: r.Birth,
		Mobile: r.Mobile, Email: r.Email, Country: r.Country,
	}
}

// newPerson is whom a register's answer makes of a provisional account.
func (r provisionalRow) newPerson(who found) NewPerson {
	return Registration{Entries: r.entries(), found: who}.newPerson()
}

const provisionalColumns = `person, national_code, birth, mobile, class, kind, number, issuer, email, country, state, cause, tries, next_us, created_us, changed_us`

const (
	sqlProvisional    = `SELECT ` + provisionalColumns + ` FROM identity_provisional WHERE person = $1`
	sqlProvisionalDue = `SELECT ` + provisionalColumns + ` FROM identity_provisional
WHERE state = 'asking' AND next_us <= $1 ORDER BY next_us, person LIMIT $2`
	sqlSameProvisional = `SELECT ` + provisionalColumns + ` FROM identity_provisional
WHERE class = $1 AND national_code = $2 AND kind = $3 AND issuer = $4 AND number = $5 AND birth = $6 AND mobile = $7 AND email = $8
AND state IN ('asking', 'refused') ORDER BY person LIMIT 1`
	sqlRivals = `SELECT ` + provisionalColumns + ` FROM identity_provisional
WHERE national_code = $1 AND birth = $2 AND person <> $3 AND state IN ('asking', 'refused') ORDER BY person FOR UPDATE`

	// Only what was judged may be marked: it may have been entered again meanwhile.
	sqlProvisionalAsked = `
UPDATE identity_provisional SET state = $5, cause = $6, next_us = $7, tries = tries + 1, changed_us = $8
WHERE person = $1 AND national_code = $2 AND number = $3 AND birth = $4 AND state = 'asking'`
	sqlProvisionalConfirmed = `
UPDATE identity_provisional SET state = 'confirmed', cause = '', changed_us = $5
WHERE person = $1 AND national_code = $2 AND number = $3 AND birth = $4 AND state IN ('asking', 'refused')`
	sqlProvisionalLost = `
UPDATE identity_provisional SET state = 'lost', cause = '', changed_us = $2 WHERE person = $1 AND state IN ('asking', 'refused')`
	sqlProvisionalMended = `
UPDATE identity_provisional SET national_code = $2, number = $3, birth = $4, state = 'asking', cause = '', tries = 0, next_us = $5, changed_us = $5
WHERE person = $1 AND state IN ('asking', 'refused')`

	sqlConfirmPerson = `
UPDATE identity_person SET national_code = $2, first_name = $3, last_name = $4, father_name = $5
WHERE id = $1 AND status = 'active' AND national_code = ''`
	sqlOwnBirth = `UPDATE identity_person SET birth = $2 WHERE id = $1 AND national_code = ''`

	// The code goes out while the registration goes on waiting.
	sqlCodeWhileWaiting = `UPDATE identity_registration SET code = $2 WHERE id = $1 AND state = 'waiting'`
)
