// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/store"
)

type registrationRow struct {
	ID           string         `db:"id"`
	NationalCode string         `db:"national_code"`
	Birth        civil.Day      `db:"birth"`
	Mobile       string         `db:"mobile"`
	Lang         i18n.Lang      `db:"lang"`
	Class        Class          `db:"class"`
	Kind         IdentifierKind `db:"kind"`
	Number       string         `db:"number"`
	Issuer       string         `db:"issuer"`
	Email        string         `db:"email"`
	Country      string         `db:"country"`
	Zone         string         `db:"zone"`
	Province     string         `db:"province"`
	Found        string         `db:"found"`
	State        State          `db:"state"`
	Cause        string         `db:"cause"`
	FirstName    string         `db:"first_name"`
	LastName     string         `db:"last_name"`
	FatherName   string         `db:"father_name"`
	Code         string         `db:"code"`
	Person       string         `db:"person"`
	Tries        int64          `db:"tries"`
	Next         store.Time     `db:"next_us"`
	InviteHash   string         `db:"invite_hash"`
	Created      store.Time     `db:"created_us"`
	Changed      store.Time     `db:"changed_us"`
}

func (r registrationRow) registration() Registration {
	reg := Registration{
		ID: r.ID, State: r.State, Cause: r.Cause, FirstName: r.FirstName, LastName: r.LastName, FatherName: r.FatherName,
		Code: r.Code, Person: r.Person, Created: r.Created.Time, Changed: r.Changed.Time,
		Entries: Entries{
			Class: r.Class, NationalCode: r.NationalCode, Kind: r.Kind, Number: r.Number, Issuer: r.Issuer, Birth: r.Birth,
			Mobile: r.Mobile, Email: r.Email, Country: r.Country, Zone: r.Zone, Province: r.Province, Lang: r.Lang,
		},
	}
	reg.found.parse(r.Found)
	return reg
}

const registrationColumns = `id, national_code, birth, mobile, lang, state, cause, first_name, last_name, father_name,
	code, person, tries, next_us, invite_hash, created_us, changed_us,
	class, kind, number, issuer, email, country, zone, province, found`

const (
	sqlRegistration          = `SELECT ` + registrationColumns + ` FROM identity_registration WHERE id = $1`
	sqlRegistrationForUpdate = `SELECT ` + registrationColumns + ` FROM identity_registration WHERE id = $1 FOR UPDATE`
	sqlRegistrationByInvite  = `SELECT ` + registrationColumns + ` FROM identity_registration WHERE invite_hash = $1 AND invite_hash <> ''`
	sqlWaitingDue            = `SELECT ` + registrationColumns + ` FROM identity_registration
WHERE state = 'waiting' AND next_us <= $1 ORDER BY next_us, id LIMIT $2`

	// The entries of a registration may be mended until its code was right.
	sqlNewRegistration = `
INSERT INTO identity_registration (id, national_code, birth, mobile, lang, state, created_us, changed_us)
VALUES ($1, '', 0, '', 'fa', 'open', $2, $2)
ON CONFLICT (id) DO NOTHING`
	sqlMendEntries = `
UPDATE identity_registration SET national_code = $2, birth = $3, mobile = $4, lang = $5, state = 'open', cause = '', code = '',
	first_name = '', last_name = '', father_name = '', found = '', invite_hash = '', tries = 0, changed_us = $6,
	class = $7, kind = $8, number = $9, issuer = $10, email = $11, country = $12, zone = $13, province = $14
WHERE id = $1 AND state NOT IN ('proved', 'known', 'done')`
	// Only the entries that were judged may be marked: they may have been mended
	// meanwhile.
	sqlJudged = `
UPDATE identity_registration SET state = $3, cause = $4, first_name = $5, last_name = $6, father_name = $7, found = $8,
	next_us = $9, tries = tries + 1, invite_hash = $10, changed_us = $11
WHERE id = $1 AND state = $2 AND national_code = $12 AND birth = $13 AND mobile = $14 AND number = $15 AND email = $16`
	sqlCodeOut = `
UPDATE identity_registration SET state = 'code', code = $2, first_name = $3, last_name = $4, father_name = $5, found = $6, cause = '', changed_us = $7
WHERE id = $1 AND state IN ('open', 'ready', 'code')`
	sqlProved = `UPDATE identity_registration SET state = $2, person = $3, changed_us = $4 WHERE id = $1 AND state = 'code'`
	sqlDone   = `UPDATE identity_registration SET state = 'done', person = $2, changed_us = $3 WHERE id = $1 AND state = $4`

	sqlKnownAfterAll = `UPDATE identity_registration SET state = 'known', person = $2, changed_us = $3 WHERE id = $1 AND state = 'proved'`
)
