// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"strings"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
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
	Number  string      `db:"number"`
	Grade   string      `db:"grade"`
	For     string      `db:"for_person"`
	Rights  string      `db:"rights"`
	Mandate string      `db:"mandate"`
	BaseOf  string      `db:"base_person"`
	Base    string      `db:"base"`
	Issuer  string      `db:"issuer"`
	Fields  string      `db:"fields"` // one on each line
	Place   string      `db:"place"`
	Created store.Time  `db:"created_us"`
	Ended   store.Time  `db:"ended_us"`
	Halted  store.Time  `db:"suspended_us"`
	Why     string      `db:"suspended_why"`
	Asked   store.Time  `db:"asked_us"`
	Cases   string      `db:"only_cases"`
	Titles  string      `db:"only_titles"`
	Notices string      `db:"only_notices"`
	Least   int64       `db:"least_level"`
	FirstOf string      `db:"origin_person"`
	First   string      `db:"origin"`
}

func (r capacityRow) capacity() Capacity {
	return Capacity{
		ID: r.ID, Person: r.Person, Role: r.Role, Unit: r.Unit, Branch: r.Branch, TitleFA: r.TitleFA, TitleEN: r.TitleEN,
		From: r.From, Until: r.Until, Source: r.Source, Number: r.Number, Grade: r.Grade, Ended: r.Ended.Time,
		For: r.For, Rights: splitRights(r.Rights), Mandate: r.Mandate, BaseOf: r.BaseOf, Base: r.Base,
		Issuer: r.Issuer, Fields: fieldList(r.Fields), Place: r.Place, Suspended: r.Halted.Time, SuspendedWhy: r.Why, Asked: r.Asked.Time, Least: int(r.Least),
		Only: limitOf(r.Cases, r.Titles), Notices: groupsOf(r.Notices), OriginOf: r.FirstOf, Origin: r.First,
	}
}

func fieldList(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}

func (c Capacity) row() capacityRow {
	cases, titles := limitColumns(c.Only)
	return capacityRow{
		Person: c.Person, ID: c.ID, Role: c.Role, Unit: c.Unit, Branch: c.Branch, TitleFA: c.TitleFA, TitleEN: c.TitleEN,
		From: c.From, Until: c.Until, Source: c.Source, Number: c.Number, Grade: c.Grade,
		For: c.For, Rights: joinRights(c.Rights), Mandate: c.Mandate, BaseOf: c.BaseOf, Base: c.Base,
		Issuer: c.Issuer, Fields: strings.Join(c.Fields, "\n"), Place: c.Place, Ended: store.At(c.Ended), Halted: store.At(c.Suspended),
		Why: c.SuspendedWhy, Asked: store.At(c.Asked), Cases: cases, Titles: titles, Notices: strings.Join(c.Notices, " "), Least: int64(c.Least),
		FirstOf: c.OriginOf, First: c.Origin,
	}
}

// Rights are kept with a space between.
func joinRights(list []policy.Right) string {
	out := make([]string, len(list))
	for i, r := range list {
		out[i] = string(r)
	}
	return strings.Join(out, " ")
}

func splitRights(s string) []policy.Right {
	var out []policy.Right
	for r := range strings.FieldsSeq(s) {
		out = append(out, policy.Right(r))
	}
	return out
}

const capacityColumns = `person, id, role, unit, branch, title_fa, title_en, from_day, until_day, source, number, grade,
	for_person, rights, mandate, base_person, base, issuer, fields, place, created_us, ended_us, suspended_us, suspended_why, asked_us, only_cases, only_titles, only_notices, least_level, origin_person, origin`

const (
	sqlCapacity     = `SELECT ` + capacityColumns + ` FROM identity_capacity WHERE person = $1 AND id = $2`
	sqlCapacities   = `SELECT ` + capacityColumns + ` FROM identity_capacity WHERE person = $1 ORDER BY from_day, id`
	sqlCarried      = `SELECT ` + capacityColumns + ` FROM identity_capacity WHERE origin = ANY($1) ORDER BY id`
	sqlCapacitiesOf = `SELECT ` + capacityColumns + ` FROM identity_capacity WHERE person = ANY($1) ORDER BY person, from_day, id`
	// Who a person is in a capacity, at every request: one row, one key each. f is
	// on whose behalf, b the capacity without which this one is worth nothing.
	sqlActor = `
SELECT p.first_name, p.last_name, p.assurance, p.status, coalesce(c.role, '') AS role, coalesce(c.unit, '') AS unit,
	coalesce(c.branch, '') AS branch, coalesce(c.from_day, 0) AS from_day, coalesce(c.until_day, 0) AS until_day,
	coalesce(c.ended_us, 0) AS ended_us, coalesce(c.suspended_us, 0) AS suspended_us, coalesce(c.rights, '') AS rights, coalesce(c.mandate, '') AS mandate,
	coalesce(c.least_level, 0) AS least_level,
	coalesce(c.only_cases, '') AS only_cases, coalesce(c.only_titles, '') AS only_titles, coalesce(c.only_notices, '') AS only_notices, coalesce(c.base, '') AS base, coalesce(b.id, '') AS base_id, coalesce(b.from_day, 0) AS base_from,
	coalesce(b.until_day, 0) AS base_until, coalesce(b.ended_us, 0) AS base_ended, coalesce(b.suspended_us, 0) AS base_suspended,
	coalesce(b.least_level, 0) AS base_least, coalesce(bp.assurance, 0) AS base_level,
	coalesce(f.id, '') AS for_person, coalesce(f.first_name, '') AS for_first, coalesce(f.last_name, '') AS for_last,
	coalesce(f.status, '') AS for_status
FROM identity_person p
	LEFT JOIN identity_capacity c ON c.person = p.id AND c.id = $2
	LEFT JOIN identity_person f ON f.id = c.for_person
	LEFT JOIN identity_capacity b ON b.person = c.base_person AND b.id = c.base
	LEFT JOIN identity_person bp ON bp.id = b.person
WHERE p.id = $1`
	sqlEndCapacity = `UPDATE identity_capacity SET ended_us = $3 WHERE person = $1 AND id = $2 AND ended_us = 0`
	// Changing the row is the lock: who ends the capacity at this moment waits, or
	// was faster and nothing is changed.
	sqlUseCapacity = `UPDATE identity_capacity SET used_us = $3
WHERE person = $1 AND id = $2 AND ended_us = 0 AND suspended_us = 0 AND from_day <= $4 AND (until_day = 0 OR until_day >= $4)
	AND (least_level = 0 OR least_level <= (SELECT p.assurance FROM identity_person p WHERE p.id = $1))
	AND (base = '' OR EXISTS (SELECT 1 FROM identity_capacity b WHERE b.person = identity_capacity.base_person
		AND b.id = identity_capacity.base AND b.ended_us = 0 AND b.suspended_us = 0 AND (b.until_day = 0 OR b.until_day >= $4)
		AND (b.least_level = 0 OR b.least_level <= (SELECT bp.assurance FROM identity_person bp WHERE bp.id = b.person))))`
)

type actorRow struct {
	FirstName string      `db:"first_name"`
	LastName  string      `db:"last_name"`
	Assurance int64       `db:"assurance"`
	Status    Status      `db:"status"`
	Role      policy.Role `db:"role"`
	Unit      string      `db:"unit"`
	Branch    string      `db:"branch"`
	From      civil.Day   `db:"from_day"`
	Until     civil.Day   `db:"until_day"`
	Ended     store.Time  `db:"ended_us"`
	Suspended store.Time  `db:"suspended_us"`
	Rights    string      `db:"rights"`
	Mandate   string      `db:"mandate"`
	Cases     string      `db:"only_cases"`
	Titles    string      `db:"only_titles"`
	Notices   string      `db:"only_notices"`
	Least     int64       `db:"least_level"`
	Base      string      `db:"base"`
	BaseID    string      `db:"base_id"`
	BaseFrom  civil.Day   `db:"base_from"`
	BaseUntil civil.Day   `db:"base_until"`
	BaseEnded store.Time  `db:"base_ended"`
	BaseHalt  store.Time  `db:"base_suspended"`
	BaseLeast int64       `db:"base_least"`
	BaseLevel int64       `db:"base_level"` // of whoever holds the base
	For       string      `db:"for_person"`
	ForFirst  string      `db:"for_first"`
	ForLast   string      `db:"for_last"`
	ForStatus Status      `db:"for_status"`
}

// holds tells whether the capacity is valid on a day, and the one it rests on
// could be used by its holder.
// Nobody acts for whoever has died, and for whoever is under guardianship only the
// guardian (Civil Code 678, 1217).
func (r actorRow) holds(day civil.Day) bool {
	switch {
	case r.Role == policy.Nobody || !r.Role.Valid():
		return false
	case r.For != "" && r.ForStatus != Active && (r.ForStatus != Incapable || r.Role != policy.Guardian):
		return false
	}
	own := Capacity{From: r.From, Until: r.Until, Ended: r.Ended.Time, Suspended: r.Suspended.Time}
	base := Capacity{From: r.BaseFrom, Until: r.BaseUntil, Ended: r.BaseEnded.Time, Suspended: r.BaseHalt.Time}
	return own.Holds(day) && (r.Base == "" || r.BaseID != "" && base.Holds(day) && r.BaseLevel >= r.BaseLeast)
}
