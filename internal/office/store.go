// SPDX-License-Identifier: Apache-2.0

package office

import (
	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

type officeRow struct {
	Code     string     `db:"code"`
	NameFA   string     `db:"name_fa"`
	NameEN   string     `db:"name_en"`
	Province string     `db:"province"`
	County   string     `db:"county"`
	Address  string     `db:"address"`
	Phone    string     `db:"phone"`
	Lat      int64      `db:"lat"`
	Lon      int64      `db:"lon"`
	State    State      `db:"state"`
	From     civil.Day  `db:"from_day"`
	Until    civil.Day  `db:"until_day"`
	Source   string     `db:"source"`
	Created  store.Time `db:"created_us"`
	Changed  store.Time `db:"changed_us"`
}

func (r officeRow) office() Office {
	return Office{
		Code: r.Code, Name: authority.Text{FA: r.NameFA, EN: r.NameEN}, Province: r.Province, County: r.County, Address: r.Address,
		Phone: r.Phone, Point: Point{r.Lat, r.Lon}, State: r.State, From: r.From, Until: r.Until, Source: r.Source,
		Created: r.Created.Time, Changed: r.Changed.Time,
	}
}

type stepRow struct {
	Office string      `db:"office"`
	ID     string      `db:"id"`
	State  State       `db:"state"`
	Why    string      `db:"why"`
	Person string      `db:"person"`
	Role   policy.Role `db:"role"`
	At     store.Time  `db:"at_us"`
}

const officeColumns = `code, name_fa, name_en, province, county, address, phone, lat, lon, state, from_day, until_day, source, created_us, changed_us`

const (
	sqlOffice = `SELECT ` + officeColumns + ` FROM office_office WHERE code = $1`
	// Everybody else sees what is open only ($2 is then 'active').
	sqlOffices = `SELECT ` + officeColumns + ` FROM office_office
WHERE ($1 = '' OR province = $1) AND ($2 = '' OR state = $2) AND code > $3 ORDER BY code LIMIT $4`
	sqlSteps    = `SELECT office, id, state, why, person, role, at_us FROM office_step WHERE office = $1 ORDER BY id`
	sqlSetState = `UPDATE office_office SET state = $3, changed_us = $4 WHERE code = $1 AND state = $2`
	// sqlHold makes appointments to one office wait for each other.
	sqlHold = `UPDATE office_office SET changed_us = changed_us WHERE code = $1 AND state <> 'closed'`
)
