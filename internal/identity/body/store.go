// SPDX-License-Identifier: Apache-2.0

package body

import (
	"strings"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

type unitRow struct {
	Body     string    `db:"body"`
	ID       string    `db:"id"`
	Act      string    `db:"act"`
	Code     string    `db:"code"`
	NameFA   string    `db:"name_fa"`
	NameEN   string    `db:"name_en"`
	Parent   string    `db:"parent"`
	From     civil.Day `db:"from_day"`
	Until    civil.Day `db:"until_day"`
	Evidence string    `db:"evidence"`
}

func (r unitRow) unit() Unit {
	return Unit{Body: r.Body, ID: r.ID, Code: r.Code, NameFA: r.NameFA, NameEN: r.NameEN, Parent: r.Parent, From: r.From, Until: r.Until, evidence: r.Evidence}
}

type changeRow struct {
	Body   string     `db:"body"`
	Unit   string     `db:"unit"`
	ID     string     `db:"id"`
	What   string     `db:"what"`
	Code   string     `db:"code"`
	NameFA string     `db:"name_fa"`
	NameEN string     `db:"name_en"`
	Parent string     `db:"parent"`
	By     string     `db:"by_person"`
	At     store.Time `db:"at_us"`
}

type postRow struct {
	Body      string     `db:"body"`
	ID        string     `db:"id"`
	Act       string     `db:"act"`
	Unit      string     `db:"unit"`
	Person    string     `db:"person"`
	TitleFA   string     `db:"title_fa"`
	TitleEN   string     `db:"title_en"`
	Rights    string     `db:"rights"`
	Notices   string     `db:"notices"`
	Gives     Gives      `db:"gives"`
	From      civil.Day  `db:"from_day"`
	Until     civil.Day  `db:"until_day"`
	State     State      `db:"state"`
	GivenBy   string     `db:"given_by"`
	GivenPost string     `db:"given_post"`
	Capacity  string     `db:"capacity"`
	Created   store.Time `db:"created_us"`
	Accepted  store.Time `db:"accepted_us"`
	Ended     store.Time `db:"ended_us"`
	EndedBy   string     `db:"ended_by"`
	Why       string     `db:"why"`
	Evidence  string     `db:"evidence"`
}

func (r postRow) post() Post {
	p := Post{
		Body: r.Body, ID: r.ID, Unit: r.Unit, Person: r.Person, TitleFA: r.TitleFA, TitleEN: r.TitleEN, Gives: r.Gives, From: r.From, Until: r.Until,
		State: r.State, GivenBy: r.GivenBy, GivenPost: r.GivenPost, Capacity: r.Capacity, Created: r.Created.Time, Accepted: r.Accepted.Time,
		Ended: r.Ended.Time, EndedBy: r.EndedBy, Why: r.Why, evidence: r.Evidence,
	}
	for right := range strings.FieldsSeq(r.Rights) {
		p.Rights = append(p.Rights, policy.Right(right))
	}
	if r.Notices != "" {
		p.Notices = strings.Fields(r.Notices)
	}
	return p
}

func posts(rows []postRow) []Post {
	out := make([]Post, len(rows))
	for i, r := range rows {
		out[i] = r.post()
	}
	return out
}

type postOfRow struct {
	Person string `db:"person"`
	Post   string `db:"post"`
	Body   string `db:"body"`
}

type tryRow struct {
	Person string     `db:"person"`
	At     store.Time `db:"at_us"`
	ID     string     `db:"id"`
}

func joined(rights []policy.Right) string {
	out := make([]string, len(rights))
	for i, r := range rights {
		out[i] = string(r)
	}
	return strings.Join(out, " ")
}

const (
	unitColumns = `body, id, act, code, name_fa, name_en, parent, from_day, until_day, evidence`
	postColumns = `p.body, p.id, p.act, p.unit, p.person, p.title_fa, p.title_en, p.rights, p.notices, p.gives, p.from_day, p.until_day, p.state, p.given_by,
	p.given_post, p.capacity, p.created_us, p.accepted_us, p.ended_us, p.ended_by, p.why, p.evidence`
)

const (
	sqlUnits      = `SELECT ` + unitColumns + ` FROM identity_unit WHERE body = $1 AND until_day = 0 ORDER BY code, id`
	sqlEndedUnits = `SELECT ` + unitColumns + ` FROM identity_unit WHERE body = $1 AND until_day <> 0 ORDER BY until_day DESC, id DESC LIMIT $2`
	sqlUnit       = `SELECT ` + unitColumns + ` FROM identity_unit WHERE body = $1 AND id = $2`
	sqlUnitOfAct  = `SELECT ` + unitColumns + ` FROM identity_unit WHERE body = $1 AND act = $2`
	sqlRename     = `UPDATE identity_unit SET code = $3, name_fa = $4, name_en = $5, evidence = $6 WHERE body = $1 AND id = $2 AND until_day = 0`
	sqlMove       = `UPDATE identity_unit SET parent = $3, evidence = $4 WHERE body = $1 AND id = $2 AND until_day = 0`
	sqlEndUnit    = `UPDATE identity_unit SET until_day = $3, evidence = $4 WHERE body = $1 AND id = $2 AND until_day = 0`
	sqlChanges    = `SELECT body, unit, id, what, code, name_fa, name_en, parent, by_person, at_us FROM identity_unit_change
		WHERE body = $1 AND unit = $2 ORDER BY id DESC LIMIT $3`

	sqlPost      = `SELECT ` + postColumns + ` FROM identity_unit_post p WHERE p.body = $1 AND p.id = $2`
	sqlPostOfAct = `SELECT ` + postColumns + ` FROM identity_unit_post p WHERE p.body = $1 AND p.act = $2`
	// Posts at some units that have not ended: for the tree.
	sqlOpenPosts = `SELECT ` + postColumns + ` FROM identity_unit_post p WHERE p.body = $1 AND p.unit = ANY($2) AND p.state <> 'ended'
		ORDER BY p.unit, p.id LIMIT $3`
	sqlOfferedUnder = `SELECT ` + postColumns + ` FROM identity_unit_post p WHERE p.body = $1 AND p.given_post = $2 AND p.state = 'offered' ORDER BY p.id`
	sqlPostsAt      = `SELECT ` + postColumns + ` FROM identity_unit_post p WHERE p.body = $1 AND p.unit = $2 ORDER BY p.state = 'ended', p.id DESC LIMIT $3`
	sqlOpenAt       = `SELECT ` + postColumns + ` FROM identity_unit_post p WHERE p.body = $1 AND p.unit = $2 AND p.state <> 'ended' ORDER BY p.id`
	sqlMine         = `SELECT ` + postColumns + ` FROM identity_unit_post_of o JOIN identity_unit_post p ON p.body = o.body AND p.id = o.post
		WHERE o.person = $1 ORDER BY p.id DESC LIMIT $2`
	sqlBodyOf  = `SELECT body FROM identity_unit_post_of WHERE person = $1 AND post = $2`
	sqlOwnPost = `SELECT ` + postColumns + ` FROM identity_unit_post_of o JOIN identity_unit_post p ON p.body = o.body AND p.id = o.post
		WHERE o.person = $1 AND o.body = $2 AND p.capacity = $3 AND p.state = 'active' AND p.until_day >= $4`
	sqlAccept = `UPDATE identity_unit_post SET state = 'active', accepted_us = $3, from_day = $4, capacity = $5, evidence = $6
		WHERE body = $1 AND id = $2 AND state = 'offered' AND until_day >= $4`
	sqlEndPost = `UPDATE identity_unit_post SET state = 'ended', ended_us = $3, ended_by = $4, why = $5, evidence = $6
		WHERE body = $1 AND id = $2 AND state = $7`
	sqlOffersTo = `SELECT count(*) FROM identity_unit_post_of o JOIN identity_unit_post p ON p.body = o.body AND p.id = o.post
		WHERE o.person = $1 AND o.body = $2 AND p.created_us > $3`
	sqlOver     = `SELECT ` + postColumns + ` FROM identity_unit_post p WHERE p.until_day < $1 AND p.state <> 'ended' ORDER BY p.until_day, p.body, p.id LIMIT $2`
	sqlOpenMine = `SELECT ` + postColumns + ` FROM identity_unit_post_of o JOIN identity_unit_post p ON p.body = o.body AND p.id = o.post
		WHERE o.person = $1 AND p.state <> 'ended' ORDER BY p.id LIMIT $2`

	sqlMisses = `SELECT count(*) FROM identity_unit_try WHERE person = $1 AND at_us > $2`
	// A look that led to an offer was not in vain.
	sqlFound     = `DELETE FROM identity_unit_try WHERE person = $1 AND at_us = $2 AND id = $3`
	sqlOldMisses = `DELETE FROM identity_unit_try WHERE at_us < $1`
	// Whose names the same reader was shown a short while ago.
	sqlShown = `SELECT DISTINCT subject FROM identity_access WHERE subject = ANY($1) AND person = $2 AND what = $3 AND at_us > $4`
)
