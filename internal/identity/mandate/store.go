// SPDX-License-Identifier: Apache-2.0

package mandate

import (
	"context"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

type row struct {
	Giver    string     `db:"giver"`
	ID       string     `db:"id"`
	Act      string     `db:"act"`
	Number   string     `db:"number"`
	Kind     Kind       `db:"kind"`
	Taker    string     `db:"taker"`
	Rights   string     `db:"rights"`
	From     civil.Day  `db:"from_day"`
	Until    civil.Day  `db:"until_day"`
	State    State      `db:"state"`
	GivenBy  string     `db:"given_by"`
	Code     string     `db:"code"`
	Capacity string     `db:"capacity"`
	BaseOf   string     `db:"base_person"`
	Base     string     `db:"base"`
	Created  store.Time `db:"created_us"`
	Given    store.Time `db:"given_us"`
	Accepted store.Time `db:"accepted_us"`
	Ended    store.Time `db:"ended_us"`
	EndedBy  string     `db:"ended_by"`
	Why      string     `db:"why"`
	Evidence string     `db:"evidence"`
	Cases    string     `db:"cases"`
	Titles   string     `db:"titles"`
	LimitFA  string     `db:"limit_fa"`
	LimitEN  string     `db:"limit_en"`
	Notices  string     `db:"notices"`
	Replaces string     `db:"replaces"`
}

func (r row) mandate() Mandate {
	m := Mandate{
		Giver: r.Giver, ID: r.ID, Number: r.Number, Kind: r.Kind, Taker: r.Taker, From: r.From, Until: r.Until, State: r.State,
		GivenBy: r.GivenBy, Capacity: r.Capacity, BaseOf: r.BaseOf, Base: r.Base, Created: r.Created.Time, Given: r.Given.Time,
		Accepted: r.Accepted.Time, Ended: r.Ended.Time, EndedBy: r.EndedBy, Why: r.Why, code: r.Code, previousEvidence: r.Evidence, Replaces: r.Replaces,
	}
	if r.Notices != "" {
		m.Notices = strings.Fields(r.Notices)
	}
	if r.Cases != "" || r.Titles != "" {
		m.Only = &policy.Limit{Cases: strings.Fields(r.Cases), Titles: strings.Fields(r.Titles)}
		m.OnlyFA, m.OnlyEN = strings.Split(r.LimitFA, "\n"), strings.Split(r.LimitEN, "\n")
	}
	for right := range strings.FieldsSeq(r.Rights) {
		m.Rights = append(m.Rights, policy.Right(right))
	}
	return m
}

type ofRow struct {
	Taker   string `db:"taker"`
	Mandate string `db:"mandate"`
	Giver   string `db:"giver"`
}

type tryRow struct {
	Person string     `db:"person"`
	At     store.Time `db:"at_us"`
	ID     string     `db:"id"`
}

const columns = `m.giver, m.id, m.act, m.number, m.kind, m.taker, m.rights, m.from_day, m.until_day, m.state, m.given_by, m.code,
	m.capacity, m.base_person, m.base, m.created_us, m.given_us, m.accepted_us, m.ended_us, m.ended_by, m.why, m.evidence,
	m.cases, m.titles, m.limit_fa, m.limit_en, m.notices, m.replaces`

const (
	sqlMandate = `SELECT ` + columns + ` FROM identity_mandate m WHERE m.giver = $1 AND m.id = $2`
	sqlOfAct   = `SELECT ` + columns + ` FROM identity_mandate m WHERE m.giver = $1 AND m.act = $2`
	sqlGiven   = `SELECT ` + columns + ` FROM identity_mandate m WHERE m.giver = $1 ORDER BY m.id DESC LIMIT $2`
	sqlTaken   = `SELECT ` + columns + ` FROM identity_mandate_of o JOIN identity_mandate m ON m.giver = o.giver AND m.id = o.mandate
		WHERE o.taker = $1 ORDER BY m.id DESC LIMIT $2`
	sqlGiverOf = `SELECT giver FROM identity_mandate_of WHERE taker = $1 AND mandate = $2`
	sqlOpen    = `SELECT count(*) FROM identity_mandate WHERE giver = $1 AND state <> 'ended' AND until_day >= $2`
	sqlOver    = `SELECT ` + columns + ` FROM identity_mandate m WHERE m.until_day < $1 AND m.state <> 'ended'
		ORDER BY m.until_day, m.giver, m.id LIMIT $2`
	sqlOpenGiven = `SELECT ` + columns + ` FROM identity_mandate m WHERE m.giver = $1 AND m.state <> 'ended' ORDER BY m.id LIMIT $2`
	sqlOpenTaken = `SELECT ` + columns + ` FROM identity_mandate_of o JOIN identity_mandate m ON m.giver = o.giver AND m.id = o.mandate
		WHERE o.taker = $1 AND m.state <> 'ended' ORDER BY m.id LIMIT $2`
	sqlCode   = `UPDATE identity_mandate SET code = $3 WHERE giver = $1 AND id = $2 AND state = 'draft'`
	sqlNarrow = `UPDATE identity_mandate SET notices = $3, evidence = $4 WHERE giver = $1 AND id = $2 AND state = 'active' AND notices = $5`
	sqlWider  = `SELECT ` + columns + ` FROM identity_mandate m WHERE m.giver = $1 AND m.replaces = $2 AND m.state IN ('draft', 'offered') ORDER BY m.id`
	sqlCases  = `UPDATE identity_mandate SET cases = $3 WHERE giver = $1 AND id = $2`
	sqlOffer  = `UPDATE identity_mandate SET state = 'offered', given_us = $3, evidence = $4 WHERE giver = $1 AND id = $2 AND state = 'draft'`
	sqlAccept = `UPDATE identity_mandate SET state = 'active', accepted_us = $3, from_day = $4, capacity = $5, base_person = $6, base = $7, evidence = $8
		WHERE giver = $1 AND id = $2 AND state = 'offered' AND until_day >= $4`
	sqlEnd = `UPDATE identity_mandate SET state = 'ended', ended_us = $3, ended_by = $4, why = $5, evidence = $6
		WHERE giver = $1 AND id = $2 AND state = $7`
	sqlTries    = `SELECT count(*) FROM identity_mandate_try WHERE person = $1 AND at_us > $2`
	sqlOldTries = `DELETE FROM identity_mandate_try WHERE at_us < $1`
	// A lawyer's contract that covers a case ($5 finds its id, $6 that of the case
	// of which it is an appeal) ended after a moment, and none that covers it holds.
	sqlDismissed = `SELECT count(*) FROM identity_mandate m
		WHERE m.giver = $1 AND m.taker = $2 AND m.kind = 'lawyer' AND m.accepted_us > 0
			AND (m.cases = '' AND m.titles = '' OR m.cases LIKE $5 OR m.cases LIKE $6) AND (m.ended_us > $3 OR m.state = 'active' AND m.until_day < $4)
			AND NOT EXISTS (SELECT 1 FROM identity_mandate h WHERE h.giver = m.giver AND h.taker = m.taker
				AND h.kind = 'lawyer' AND h.state = 'active' AND h.until_day >= $4
				AND (h.cases = '' AND h.titles = '' OR h.cases LIKE $5 OR h.cases LIKE $6))`
	// A lawyer's contract with a party that covers a case ($4, or the first one, $5),
	// since a moment, and none with another party ($2) that covers it from before.
	sqlBound = `SELECT count(*) FROM identity_mandate m
		WHERE m.giver = $1 AND m.taker = $3 AND m.kind = 'lawyer' AND m.accepted_us > 0
			AND (m.cases = '' AND m.titles = '' OR m.cases LIKE $4 OR m.cases LIKE $5)
			AND (m.ended_us = 0 OR m.ended_us > $6) AND m.until_day >= $7
			AND NOT EXISTS (SELECT 1 FROM identity_mandate o WHERE o.giver = $2 AND o.taker = m.taker AND o.kind = 'lawyer'
				AND o.accepted_us > 0 AND o.accepted_us < m.accepted_us AND o.state = 'active' AND o.until_day >= $8
				AND (o.cases = '' AND o.titles = '' OR o.cases LIKE $4 OR o.cases LIKE $5))`
	// A mandate of a number that is no contract of the lawyer's about the case.
	sqlUnfit = `SELECT count(*) FROM identity_mandate m
		WHERE m.giver = $1 AND m.number = $2 AND NOT (m.taker = $3 AND m.kind = 'lawyer' AND m.state = 'active' AND m.until_day >= $4
			AND (m.cases = '' AND m.titles = '' OR m.cases LIKE $5 OR m.cases LIKE $6))`
	sqlLooks = `SELECT at_us, what, object FROM identity_access
		WHERE subject = $1 AND person = $2 AND role = $3 AND at_us >= $4 ORDER BY id DESC LIMIT $5`
)

func read(ctx context.Context, q store.Querier, giver, id string) (Mandate, error) {
	r, found, err := store.Find[row](ctx, q, sqlMandate, giver, id)
	if err == nil && !found {
		err = errs.New(errs.NotFound, "")
	}
	return r.mandate(), err
}

// find reads a mandate that somebody gave, acts for the giver of, or takes.
func find(ctx context.Context, q store.Querier, a policy.Actor, id string) (Mandate, error) {
	m, err := read(ctx, q, a.Owner(), id)
	if !errs.Is(err, errs.NotFound) {
		return m, err
	}
	giver, found, err := store.Find[string](ctx, q, sqlGiverOf, a.Person, id)
	if err == nil && !found {
		err = errs.New(errs.NotFound, "")
	}
	if err != nil {
		return Mandate{}, err
	}
	return read(ctx, q, giver, id)
}

func joined(rights []policy.Right) string {
	out := make([]string, len(rights))
	for i, r := range rights {
		out[i] = string(r)
	}
	return strings.Join(out, " ")
}
