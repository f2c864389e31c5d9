// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"
	"embed"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations make this module's tables.
var Migrations = store.Migrations{Module: "filing", FS: migrations}

const (
	selectFiling = `SELECT owner, id, service, version, status, lang, answers, case_id, notice_id, party, standing, round, names, record,
		hash, payment_id, code_id, tracking, case_number, unit, evidence_id, evidence_owner, created_us, updated_us, submitted_us
		FROM filing_filing WHERE owner = $1 AND id = $2`
	lockFiling = `SELECT owner, id, service, version, status, lang, answers, case_id, notice_id, party, standing, round, names, record,
		hash, payment_id, code_id, tracking, case_number, unit, evidence_id, evidence_owner, created_us, updated_us, submitted_us
		FROM filing_filing WHERE owner = $1 AND id = $2 FOR UPDATE`
	selectMine = `SELECT owner, id, service, version, status, lang, answers, case_id, notice_id, party, standing, round, names, record,
		hash, payment_id, code_id, tracking, case_number, unit, evidence_id, evidence_owner, created_us, updated_us, submitted_us
		FROM filing_filing WHERE owner = $1 AND status <> 'discarded' AND ($3 = '' OR standing = $3)
			AND (NOT $4 OR case_id = ANY($5) OR case_id = '' AND service = ANY($6)) ORDER BY updated_us DESC, id DESC LIMIT $2`
	countDrafts = `SELECT count(*) FROM filing_filing WHERE owner = $1 AND status IN ('draft', 'payable', 'signable')`
	selectAct   = `SELECT filing_id FROM filing_act WHERE owner = $1 AND act = $2`

	updateAnswers = `UPDATE filing_filing SET answers = $3, names = $4, updated_us = $5
		WHERE owner = $1 AND id = $2 AND status IN ('draft', 'halted')`
	updateNames  = `UPDATE filing_filing SET names = $3 WHERE owner = $1 AND id = $2`
	updateFrozen = `UPDATE filing_filing SET status = $3, record = $4, hash = $5, payment_id = $6, unit = $7, updated_us = $8
		WHERE owner = $1 AND id = $2 AND status IN ('draft', 'halted') AND updated_us = $9`
	updateThawed = `UPDATE filing_filing SET status = CASE WHEN round = 0 THEN 'draft' ELSE 'halted' END, record = NULL, hash = '', payment_id = '',
		unit = CASE WHEN round = 0 THEN '' ELSE unit END, code_id = '', updated_us = $3
		WHERE owner = $1 AND id = $2 AND (status = 'payable' OR (status = 'signable' AND payment_id = ''))`
	updatePaid = `UPDATE filing_filing SET status = 'signable', updated_us = $4
		WHERE owner = $1 AND id = $2 AND payment_id = $3 AND status = 'payable'`
	updateCode = `UPDATE filing_filing SET code_id = $4, updated_us = $5, record = $6, hash = $7
		WHERE owner = $1 AND id = $2 AND hash = $3 AND status = 'signable'`
	updateSubmitted = `UPDATE filing_filing SET status = 'submitted', tracking = $4, case_id = $5, case_number = $6,
		evidence_id = $7, submitted_us = $8, updated_us = $8
		WHERE owner = $1 AND id = $2 AND hash = $3 AND status = 'signable' AND round = 0`
	updateDiscarded = `UPDATE filing_filing SET status = 'discarded', answers = '{}', record = NULL, updated_us = $3
		WHERE owner = $1 AND id = $2 AND status IN ('draft', 'payable') AND round = 0`

	insertTracking = `INSERT INTO filing_tracking (tracking, owner, filing_id) VALUES ($1, $2, $3)`
	selectTracking = `SELECT owner, filing_id FROM filing_tracking WHERE tracking = $1`
)

// read loads one filing of an owner.
func read(ctx context.Context, q store.Querier, owner, id string) (Filing, error) {
	r, found, err := store.Find[row](ctx, q, selectFiling, owner, id)
	if err != nil {
		return Filing{}, err
	}
	if !found {
		return Filing{}, errs.New(errs.NotFound, "filing.not_found")
	}
	return r.filing()
}

// deskRow is one filing on a unit's desk.
type deskRow struct {
	Unit       string     `db:"unit"`
	Filing     string     `db:"filing_id"`
	Owner      string     `db:"owner"`
	Kind       string     `db:"kind"`
	Service    string     `db:"service"`
	Case       string     `db:"case_id"`
	CaseNumber string     `db:"case_number"`
	TitleFA    string     `db:"title_fa"`
	TitleEN    string     `db:"title_en"`
	Filer      string     `db:"filer"`
	State      string     `db:"state"`
	Arrived    store.Time `db:"arrived_us"`
	Done       store.Time `db:"done_us"` // when it was last acted on
	Act        string     `db:"act"`
	ByPerson   string     `db:"by_person"`
	ByName     string     `db:"by_name"`
	Tracking   string     `db:"tracking"`
}

// The states of a filing on the desk.
const (
	deskNew    = "new"    // waits for an act of the desk
	deskHalted = "halted" // waits for its owner to mend it
	deskOnward = "onward" // was served; its file is to be sent to the court above
	deskDone   = "done"   // the desk is done with it
)

// deskStates are the states in the order of the desk's filter.
var deskStates = []string{deskNew, deskHalted, deskOnward, deskDone}

const (
	selectDesk = `SELECT unit, filing_id, owner, kind, service, case_id, case_number, title_fa, title_en, filer, state, arrived_us, done_us,
		act, by_person, by_name, tracking
		FROM filing_desk WHERE unit = $1 AND state = $2 AND (arrived_us, filing_id) > ($3, $4) AND ($6 = '' OR kind = $6)
		ORDER BY arrived_us, filing_id LIMIT $5`
	selectDeskPast = `SELECT unit, filing_id, owner, kind, service, case_id, case_number, title_fa, title_en, filer, state, arrived_us, done_us,
		act, by_person, by_name, tracking
		FROM filing_desk WHERE unit = $1 AND state = $2 AND (done_us, filing_id) < ($3, $4) AND ($6 = '' OR kind = $6)
		ORDER BY done_us DESC, filing_id DESC LIMIT $5`
	selectDeskOne = `SELECT unit, filing_id, owner, kind, service, case_id, case_number, title_fa, title_en, filer, state, arrived_us, done_us,
		act, by_person, by_name, tracking
		FROM filing_desk WHERE unit = $1 AND filing_id = $2`
	selectDeskOfCase = `SELECT unit, filing_id, owner, kind, service, case_id, case_number, title_fa, title_en, filer, state, arrived_us, done_us,
		act, by_person, by_name, tracking
		FROM filing_desk WHERE unit = $1 AND case_id = $2 ORDER BY arrived_us, filing_id`
	countDesk  = `SELECT count(*) FROM filing_desk WHERE unit = $1 AND state = $2`
	updateDesk = `UPDATE filing_desk SET state = $4, act = $5, by_person = $6, by_name = $7, done_us = $8
		WHERE unit = $1 AND filing_id = $2 AND state = $3`
)

// touch is when a row was last changed, as a column keeps it.
func touch(t time.Time) int64 { return store.Micros(t) }
