// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

type personRow struct {
	ID           string     `db:"id"`
	JudicialID   string     `db:"judicial_id"`
	NationalCode string     `db:"national_code"`
	FirstName    string     `db:"first_name"`
	LastName     string     `db:"last_name"`
	FatherName   string     `db:"father_name"`
	Birth        civil.Day  `db:"birth"`
	Mobile       string     `db:"mobile"`
	Assurance    int64      `db:"assurance"`
	Lang         i18n.Lang  `db:"lang"`
	Password     string     `db:"password"`
	PasswordSet  store.Time `db:"password_us"`
	Created      store.Time `db:"created_us"`
	Class        Class      `db:"class"`
	Email        string     `db:"email"`
	Country      string     `db:"country"`
	Zone         string     `db:"zone"`
	Province     string     `db:"province"`
	Status       Status     `db:"status"`
	MergedInto   string     `db:"merged_into"`
}

func (r personRow) person() Person {
	return Person{
		ID: r.ID, JudicialID: r.JudicialID, NationalCode: r.NationalCode, FirstName: r.FirstName, LastName: r.LastName,
		FatherName: r.FatherName, Birth: r.Birth, Mobile: r.Mobile, Assurance: int(r.Assurance), Lang: r.Lang, Created: r.Created.Time,
		Class: r.Class, Email: r.Email, Country: r.Country, Zone: r.Zone, Province: r.Province, Status: r.Status, MergedInto: r.MergedInto,
	}
}

type nationalCodeRow struct {
	NationalCode string `db:"national_code"`
	Person       string `db:"person"`
}

type judicialIDRow struct {
	JudicialID string `db:"judicial_id"`
	Person     string `db:"person"`
}

const personColumns = `p.id, p.judicial_id, p.national_code, p.first_name, p.last_name, p.father_name, p.birth, p.mobile,
	p.assurance, p.lang, p.password, p.password_us, p.created_us, p.class, p.email, p.country, p.zone, p.province, p.status, p.merged_into`

const (
	sqlPerson                = `SELECT ` + personColumns + ` FROM identity_person p WHERE p.id = $1`
	sqlPersonForUpdate       = `SELECT ` + personColumns + ` FROM identity_person p WHERE p.id = $1 FOR UPDATE`
	sqlPersonOfNationalCode  = `SELECT person FROM identity_by_national_code WHERE national_code = $1`
	sqlPeopleOfNationalCodes = `SELECT national_code, person FROM identity_by_national_code WHERE national_code = ANY($1)`
	sqlPersonOfJudicialID    = `SELECT person FROM identity_by_judicial_id WHERE judicial_id = $1`
	sqlSetPassword           = `UPDATE identity_person SET password = $2, password_us = $3 WHERE id = $1`
	sqlRehash                = `UPDATE identity_person SET password = $2 WHERE id = $1 AND password = $3`
)

type accessRow struct {
	Subject string      `db:"subject"`
	ID      string      `db:"id"`
	At      store.Time  `db:"at_us"`
	Person  string      `db:"person"`
	Name    string      `db:"name"`
	Role    policy.Role `db:"role"`
	Unit    string      `db:"unit"`
	What    string      `db:"what"`
	Why     string      `db:"why"`
	Object  string      `db:"object"`
}

type signInRow struct {
	Person  string     `db:"person"`
	ID      string     `db:"id"`
	At      store.Time `db:"at_us"`
	Address string     `db:"address"`
	Method  string     `db:"method"`
}

const (
	sqlActingSeen = `SELECT count(*) FROM identity_access
WHERE subject = $1 AND person = $2 AND what = $3 AND object = $4 AND at_us > $5`
	sqlAccesses = `
SELECT subject, id, at_us, person, name, role, unit, what, why, object
FROM identity_access WHERE subject = $1 ORDER BY id DESC LIMIT $2`
	sqlSignIns = `
SELECT person, id, at_us, address, method FROM identity_signin WHERE person = $1 ORDER BY id DESC LIMIT $2`
	sqlSignInsBetween = `
SELECT person, id, at_us, address, method FROM identity_signin WHERE person = $1 AND at_us >= $2 AND at_us < $3 ORDER BY id DESC LIMIT $4`
	sqlKnownAddress = `SELECT count(*) FROM identity_signin WHERE person = $1 AND address = $2 AND at_us >= $3`
)
