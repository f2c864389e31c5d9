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
	sqlPersonOfNationalCode  = `SELECT person FROM identity_by_national_code WHERE national_code = $1`
	sqlPeopleOfNationalCodes = `SELECT national_code, person FROM identity_by_national_code WHERE national_code = ANY($1)`
	sqlPersonOfJudicialID    = `SELECT person FROM identity_by_judicial_id WHERE judicial_id = $1`
	sqlSetPassword           = `UPDATE identity_person SET password = $2, password_us = $3 WHERE id = $1`
	sqlRehash                = `UPDATE identity_person SET password = $2 WHERE id = $1 AND password = $3`
)

type capacityRow struct {
	Person  string      `db:"person"`
	ID      string      `db:"id"`
	Role    policy.Role `db:"role"`
	Unit    string      `db:"unit"`
	Branch  string      `db:"branch"`
	TitleFA string      `db:"title_fa"`
	TitleEN string      `db:"title_en"`
	From    civil.Day   `db:"from_day"`
	Until   civil.Day   `db:"until_day"`
	Source  string      `db:"source"`
	Created store.Time  `db:"created_us"`
	Ended   store.Time  `db:"ended_us"`
}

func (r capacityRow) capacity() Capacity {
	return Capacity{
		ID: r.ID, Person: r.Person, Role: r.Role, Unit: r.Unit, Branch: r.Branch, TitleFA: r.TitleFA, TitleEN: r.TitleEN,
		From: r.From, Until: r.Until, Source: r.Source, Ended: r.Ended.Time,
	}
}

const capacityColumns = `person, id, role, unit, branch, title_fa, title_en, from_day, until_day, source, created_us, ended_us`

const (
	sqlCapacity     = `SELECT ` + capacityColumns + ` FROM identity_capacity WHERE person = $1 AND id = $2`
	sqlCapacities   = `SELECT ` + capacityColumns + ` FROM identity_capacity WHERE person = $1 ORDER BY from_day, id`
	sqlCapacitiesOf = `SELECT ` + capacityColumns + ` FROM identity_capacity WHERE person = ANY($1) ORDER BY person, from_day, id`
	// Who a person is in a capacity, at every request: one row, one key each.
	sqlActor = `
SELECT p.first_name, p.last_name, p.assurance, coalesce(c.role, '') AS role, coalesce(c.unit, '') AS unit,
	coalesce(c.branch, '') AS branch, coalesce(c.from_day, 0) AS from_day, coalesce(c.until_day, 0) AS until_day,
	coalesce(c.ended_us, 0) AS ended_us
FROM identity_person p LEFT JOIN identity_capacity c ON c.person = p.id AND c.id = $2
WHERE p.id = $1`
	sqlEndCapacity = `UPDATE identity_capacity SET ended_us = $3 WHERE person = $1 AND id = $2 AND ended_us = 0`
)

type actorRow struct {
	FirstName string      `db:"first_name"`
	LastName  string      `db:"last_name"`
	Assurance int64       `db:"assurance"`
	Role      policy.Role `db:"role"`
	Unit      string      `db:"unit"`
	Branch    string      `db:"branch"`
	From      civil.Day   `db:"from_day"`
	Until     civil.Day   `db:"until_day"`
	Ended     store.Time  `db:"ended_us"`
}

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
	sqlAccesses = `
SELECT subject, id, at_us, person, name, role, unit, what, why, object
FROM identity_access WHERE subject = $1 ORDER BY id DESC LIMIT $2`
	sqlSignIns = `
SELECT person, id, at_us, address, method FROM identity_signin WHERE person = $1 ORDER BY id DESC LIMIT $2`
	sqlKnownAddress = `SELECT count(*) FROM identity_signin WHERE person = $1 AND address = $2 AND at_us >= $3`
)
