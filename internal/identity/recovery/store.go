// SPDX-License-Identifier: Apache-2.0

package recovery

import (
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/store"
)

type requestRow struct {
	Person   string     `db:"person"`
	ID       string     `db:"id"`
	Number   string     `db:"number"`
	Mobile   string     `db:"mobile"`
	Email    string     `db:"email"`
	Lang     i18n.Lang  `db:"lang"`
	State    State      `db:"state"`
	Created  store.Time `db:"created_us"`
	Ready    store.Time `db:"ready_us"`
	Reminded store.Time `db:"reminded_us"`
	Told     store.Time `db:"told_us"`
	Ended    store.Time `db:"ended_us"`
	EndedBy  string     `db:"ended_by"`
	Way      string     `db:"way"`
	Ref      string     `db:"ref"`
}

func (r requestRow) request() Request {
	return Request{
		ID: r.ID, Person: r.Person, Number: r.Number, Mobile: r.Mobile, Email: r.Email, Lang: r.Lang, State: r.State,
		Opened: r.Created.Time, Ready: r.Ready.Time, Ended: r.Ended.Time, EndedBy: r.EndedBy,
	}
}

type byRow struct {
	Hash    string `db:"hash"`
	Person  string `db:"person"`
	Recover string `db:"recover"`
}

const columns = `r.person, r.id, r.number, r.mobile, r.email, r.lang, r.state, r.created_us, r.ready_us, r.reminded_us, r.told_us,
	r.ended_us, r.ended_by, r.way, r.ref`

const (
	sqlRequest  = `SELECT ` + columns + ` FROM identity_recover r WHERE r.person = $1 AND r.id = $2`
	sqlRequests = `SELECT ` + columns + ` FROM identity_recover r WHERE r.person = $1 ORDER BY r.id DESC LIMIT 20`
	sqlLiving   = `SELECT ` + columns + ` FROM identity_recover r
		WHERE r.person = $1 AND r.mobile = $2 AND r.email = $3 AND r.state IN ('waiting', 'proved')`
	sqlByHash = `SELECT ` + columns + ` FROM identity_by_recover b JOIN identity_recover r ON r.person = b.person AND r.id = b.recover
		WHERE b.hash = $1`
	sqlFailed = `SELECT count(*) FROM identity_recover WHERE person = $1 AND state IN ('stopped', 'over') AND created_us > $2`

	sqlProve = `UPDATE identity_recover SET state = 'proved', way = $3, ref = $4, ready_us = $5, told_us = $5
		WHERE person = $1 AND id = $2 AND state = 'waiting'`
	sqlStop   = `UPDATE identity_recover SET state = 'stopped', ended_us = $3, ended_by = $4 WHERE person = $1 AND id = $2 AND state IN ('waiting', 'proved')`
	sqlFinish = `UPDATE identity_recover SET state = 'done', ended_us = $3
		WHERE person = $1 AND id = $2 AND (state = 'proved' OR state = 'waiting' AND ready_us <= $3)`
	// With one request done the others of the person have no ground any more.
	sqlEndOthers = `UPDATE identity_recover SET state = 'stopped', ended_us = $3, ended_by = 'done' WHERE person = $1 AND id <> $2 AND state IN ('waiting', 'proved')`

	sqlToRemind = `SELECT ` + columns + ` FROM identity_recover r
		WHERE r.state = 'waiting' AND r.reminded_us = 0 AND r.ready_us <= $1 ORDER BY r.ready_us LIMIT $2`
	sqlReminded = `UPDATE identity_recover SET reminded_us = $3 WHERE person = $1 AND id = $2 AND state = 'waiting' AND reminded_us = 0`
	sqlToTell   = `SELECT ` + columns + ` FROM identity_recover r
		WHERE r.state = 'waiting' AND r.told_us = 0 AND r.ready_us <= $1 ORDER BY r.ready_us LIMIT $2`
	sqlTold = `UPDATE identity_recover SET told_us = $3 WHERE person = $1 AND id = $2 AND state = 'waiting' AND told_us = 0`
	sqlOver = `UPDATE identity_recover SET state = 'over', ended_us = $1 WHERE state IN ('waiting', 'proved') AND created_us < $2`
)
