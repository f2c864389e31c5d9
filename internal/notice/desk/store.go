// SPDX-License-Identifier: Apache-2.0

package desk

import (
	"encoding/json"

	"github.com/tarazu/tarazu/internal/platform/store"
)

type itemRow struct {
	Body       string     `db:"body"`
	Notice     string     `db:"notice"`
	Unit       string     `db:"unit"`
	Kind       string     `db:"kind"`
	Case       string     `db:"case_id"`
	CaseNumber string     `db:"case_number"`
	Court      string     `db:"court"`
	Province   string     `db:"province"`
	Rules      int64      `db:"rules"`
	Rule       int64      `db:"rule"`
	Arrived    store.Time `db:"arrived_us"`
	Opened     store.Time `db:"opened_us"`
	Deemed     store.Time `db:"deemed_us"`
	State      State      `db:"state"`
	Holder     string     `db:"holder"`
	Since      store.Time `db:"since_us"`
}

func (r itemRow) item() Item {
	return Item{
		Body: r.Body, Notice: r.Notice, Unit: r.Unit, Kind: r.Kind, Case: r.Case, CaseNumber: r.CaseNumber, Court: r.Court, Province: r.Province,
		Rules: r.Rules, Rule: r.Rule, Arrived: r.Arrived.Time, Opened: r.Opened.Time, Deemed: r.Deemed.Time, State: r.State, Holder: r.Holder, Since: r.Since.Time,
	}
}

type stepRow struct {
	Body     string     `db:"body"`
	Notice   string     `db:"notice"`
	ID       string     `db:"id"`
	What     string     `db:"what"`
	Unit     string     `db:"unit"`
	Person   string     `db:"person"`
	Note     string     `db:"note"`
	At       store.Time `db:"at_us"`
	Evidence string     `db:"evidence"`
}

type rulesRow struct {
	Body     string     `db:"body"`
	Version  int64      `db:"version"`
	Top      string     `db:"top"`
	Rules    string     `db:"rules"`
	By       string     `db:"by_person"`
	At       store.Time `db:"at_us"`
	Evidence string     `db:"evidence"`
}

func (r rulesRow) rules() (out Rules, err error) {
	out = Rules{Version: r.Version, Top: r.Top, By: r.By, At: r.At.Time}
	if r.Rules != "" {
		err = json.Unmarshal([]byte(r.Rules), &out.List)
	}
	return out, err
}

const itemColumns = `body, notice, unit, kind, case_id, case_number, court, province, rules, rule, arrived_us, opened_us, deemed_us, state, holder, since_us`

// What an actor sees of a body's items: all units ($2), or some ($3); some kinds ($4,
// $5), some cases ($6, $7).
const (
	seen = `body = $1 AND ($2 OR unit = ANY($3)) AND (NOT $4 OR kind = ANY($5)) AND (NOT $6 OR case_id = ANY($7))`

	sqlItem    = `SELECT ` + itemColumns + ` FROM notice_desk_item WHERE body = $1 AND notice = $2`
	sqlAddItem = `INSERT INTO notice_desk_item (body, notice, unit, kind, case_id, case_number, court, province, rules, rule, arrived_us, opened_us, since_us)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (body, notice) DO NOTHING`
	sqlOpen = `SELECT ` + itemColumns + ` FROM notice_desk_item WHERE ` + seen + ` AND state <> 'done' AND (arrived_us, notice) < ($8, $9)
		ORDER BY arrived_us DESC, notice DESC LIMIT $10`
	sqlMine = `SELECT ` + itemColumns + ` FROM notice_desk_item WHERE ` + seen + ` AND holder = $11 AND state = 'taken' AND (arrived_us, notice) < ($8, $9)
		ORDER BY arrived_us DESC, notice DESC LIMIT $10`
	sqlLate = `SELECT ` + itemColumns + ` FROM notice_desk_item WHERE ` + seen + ` AND opened_us = 0 AND arrived_us < $11 AND (arrived_us, notice) < ($8, $9)
		ORDER BY arrived_us DESC, notice DESC LIMIT $10`
	sqlDoneList = `SELECT ` + itemColumns + ` FROM notice_desk_item WHERE ` + seen + ` AND state = 'done' AND (arrived_us, notice) < ($8, $9)
		ORDER BY arrived_us DESC, notice DESC LIMIT $10`
	sqlEvery = `SELECT ` + itemColumns + ` FROM notice_desk_item WHERE ` + seen + ` AND (arrived_us, notice) < ($8, $9)
		ORDER BY arrived_us DESC, notice DESC LIMIT $10`
	sqlCounts = `SELECT count(*) FILTER (WHERE state <> 'done') AS open, count(*) FILTER (WHERE state = 'taken' AND holder = $8) AS mine,
		count(*) FILTER (WHERE opened_us = 0 AND arrived_us < $9) AS late, count(*) FILTER (WHERE state = 'done') AS done
		FROM notice_desk_item WHERE ` + seen
	sqlByUnit = `SELECT unit, count(*) FILTER (WHERE state <> 'done') AS open, count(*) FILTER (WHERE opened_us = 0) AS unopened,
		count(*) FILTER (WHERE opened_us = 0 AND arrived_us < $2) AS late FROM notice_desk_item WHERE body = $1 GROUP BY unit`
	sqlLast = `SELECT ` + itemColumns + ` FROM notice_desk_item WHERE body = $1 ORDER BY arrived_us DESC, notice DESC LIMIT $2`

	// Who comes second changes nothing.
	sqlTake   = `UPDATE notice_desk_item SET state = 'taken', holder = $3, since_us = $4 WHERE body = $1 AND notice = $2 AND state = 'new' AND unit = $5`
	sqlLeave  = `UPDATE notice_desk_item SET state = 'new', holder = '', since_us = $4 WHERE body = $1 AND notice = $2 AND state = 'taken' AND holder = $3`
	sqlHand   = `UPDATE notice_desk_item SET unit = $3, state = 'new', holder = '', since_us = $4 WHERE body = $1 AND notice = $2 AND state = $5 AND holder = $6 AND unit = $7`
	sqlFinish = `UPDATE notice_desk_item SET state = 'done', holder = '', since_us = $3 WHERE body = $1 AND notice = $2 AND state = $4 AND holder = $5`
	sqlReopen = `UPDATE notice_desk_item SET state = 'new', since_us = $3 WHERE body = $1 AND notice = $2 AND state = 'done'`
	sqlOpened = `UPDATE notice_desk_item SET opened_us = $3 WHERE body = $1 AND notice = $2 AND opened_us = 0`
	sqlDeemed = `UPDATE notice_desk_item SET deemed_us = $3 WHERE body = $1 AND notice = $2 AND deemed_us = 0`

	sqlAddStep = `INSERT INTO notice_desk_step (body, notice, id, what, unit, person, note, at_us, evidence) VALUES ($1, $2, $3, $4, $5, $6, '', $7, $8)
		ON CONFLICT (body, notice, id) DO NOTHING`
	sqlSteps = `SELECT body, notice, id, what, unit, person, note, at_us, evidence FROM notice_desk_step WHERE body = $1 AND notice = $2 ORDER BY id LIMIT $3`
	sqlRules = `SELECT body, version, top, rules, by_person, at_us, evidence FROM notice_desk_rules WHERE body = $1 ORDER BY version DESC LIMIT $2`
)

type countsRow struct {
	Open int64 `db:"open"`
	Mine int64 `db:"mine"`
	Late int64 `db:"late"`
	Done int64 `db:"done"`
}

type unitRow struct {
	Unit     string `db:"unit"`
	Open     int64  `db:"open"`
	Unopened int64  `db:"unopened"`
	Late     int64  `db:"late"`
}
