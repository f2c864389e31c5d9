// SPDX-License-Identifier: Apache-2.0

package bailiff

import (
	"time"

	"github.com/tarazu/tarazu/internal/platform/store"
)

type taskRow struct {
	Unit         string     `db:"unit"`
	ID           string     `db:"id"`
	Case         string     `db:"case_id"`
	CaseNumber   string     `db:"case_number"`
	Number       string     `db:"number"`
	Kind         string     `db:"kind"`
	TitleFA      string     `db:"title_fa"`
	TitleEN      string     `db:"title_en"`
	SenderFA     string     `db:"sender_fa"`
	SenderEN     string     `db:"sender_en"`
	CaseKind     string     `db:"case_kind"`
	Addressee    string     `db:"addressee"`
	Name         string     `db:"party_name"`
	NationalCode string     `db:"national_code"`
	EntityID     string     `db:"entity_id"`
	Address      string     `db:"address"`
	Province     string     `db:"province"`
	County       string     `db:"county"`
	Concealed    bool       `db:"concealed"`
	Reason       string     `db:"reason"`
	State        State      `db:"state"`
	Round        int64      `db:"round"`
	Attempts     int64      `db:"attempts"`
	Outcome      string     `db:"outcome"`
	Bailiff      string     `db:"bailiff"`
	Label        string     `db:"bailiff_label"`
	Place        int64      `db:"place"`
	Due          store.Time `db:"due_us"`
	Opened       store.Time `db:"opened_us"`
	Assigned     store.Time `db:"assigned_us"`
	Changed      store.Time `db:"changed_us"`
}

func (r taskRow) task() Task {
	return Task{
		Unit: r.Unit, ID: r.ID, Case: r.Case, CaseNumber: r.CaseNumber, Number: r.Number, Kind: r.Kind, Title: Text{r.TitleFA, r.TitleEN},
		Sender: Text{r.SenderFA, r.SenderEN}, CaseKind: r.CaseKind, Addressee: r.Addressee, Name: r.Name, NationalCode: r.NationalCode,
		EntityID: r.EntityID, Address: r.Address, Province: r.Province, County: r.County, Concealed: r.Concealed, Reason: r.Reason,
		State: r.State, Round: int(r.Round), Attempts: int(r.Attempts), Outcome: r.Outcome, Bailiff: r.Bailiff, Label: r.Label,
		Place: int(r.Place), Due: r.Due.Time, Opened: r.Opened.Time, Assigned: r.Assigned.Time, Changed: r.Changed.Time,
	}
}

type attemptRow struct {
	Unit      string     `db:"unit"`
	Task      string     `db:"task"`
	ID        string     `db:"id"`
	Round     int64      `db:"round"`
	Bailiff   string     `db:"bailiff"`
	Label     string     `db:"label"`
	Code      string     `db:"code"`
	Class     string     `db:"class"`
	TakenBy   string     `db:"taken_by"`
	Relation  string     `db:"relation"`
	Note      string     `db:"note"`
	At        store.Time `db:"at_us"`
	Device    store.Time `db:"device_us"`
	Sent      store.Time `db:"sent_us"`
	Elapsed   int64      `db:"elapsed_ms"`
	Received  store.Time `db:"received_us"`
	Offline   bool       `db:"offline"`
	LatE6     int64      `db:"lat_e6"`
	LonE6     int64      `db:"lon_e6"`
	Accuracy  int64      `db:"accuracy_m"`
	NoPlace   string     `db:"no_place"`
	Photo     string     `db:"photo"`
	Signature string     `db:"signature"`
	Content   string     `db:"content"`
	Counted   bool       `db:"counted"`
	Why       string     `db:"why"`
	Evidence  string     `db:"evidence"`
}

func (r attemptRow) attempt() Attempt {
	return Attempt{
		Task: r.Task, ID: r.ID, Round: int(r.Round), Bailiff: r.Bailiff, Label: r.Label, Code: r.Code, Class: r.Class, TakenBy: r.TakenBy,
		Relation: r.Relation, Note: r.Note, At: r.At.Time, Device: r.Device.Time, Sent: r.Sent.Time,
		Elapsed: time.Duration(r.Elapsed) * time.Millisecond, Received: r.Received.Time, Offline: r.Offline,
		Place: Place{LatE6: r.LatE6, LonE6: r.LonE6, Accuracy: r.Accuracy, Missing: r.NoPlace},
		Photo: r.Photo, Signature: r.Signature, Counted: r.Counted, Why: r.Why, Evidence: r.Evidence,
	}
}

type assignmentRow struct {
	Unit    string     `db:"unit"`
	Task    string     `db:"task"`
	ID      string     `db:"id"`
	Bailiff string     `db:"bailiff"`
	Label   string     `db:"label"`
	GivenBy string     `db:"given_by"`
	At      store.Time `db:"at_us"`
}

// stepRow is what a clerk or a judge did with a task.
type stepRow struct {
	Unit     string     `db:"unit"`
	Task     string     `db:"task"`
	ID       string     `db:"id"`
	Kind     string     `db:"kind"`
	Why      string     `db:"why"`
	DoneBy   string     `db:"done_by"`
	Label    string     `db:"by_label"`
	Evidence string     `db:"evidence"`
	At       store.Time `db:"at_us"`
}

const taskColumns = `t.unit, t.id, t.case_id, t.case_number, t.number, t.kind, t.title_fa, t.title_en, t.sender_fa, t.sender_en, t.case_kind,
	t.addressee, t.party_name, t.national_code, t.entity_id, t.address, t.province, t.county, t.concealed, t.reason, t.state, t.round, t.attempts,
	t.outcome, t.bailiff, t.bailiff_label, t.place, t.due_us, t.opened_us, t.assigned_us, t.changed_us`

const (
	sqlTask      = `SELECT ` + taskColumns + ` FROM bailiff_task t WHERE t.unit = $1 AND t.id = $2`
	sqlUnitTasks = `SELECT ` + taskColumns + ` FROM bailiff_task t WHERE t.unit = $1 AND t.state = $2 AND (t.opened_us > $3 OR t.opened_us = $3 AND t.id > $4)
		ORDER BY t.opened_us, t.id LIMIT $5`
	sqlRoute      = `SELECT ` + taskColumns + ` FROM bailiff_task t WHERE t.bailiff = $1 AND t.unit = $2 AND t.state = 'assigned' ORDER BY t.place, t.id LIMIT $3`
	sqlByCode     = `SELECT ` + taskColumns + ` FROM bailiff_task t WHERE t.national_code = $1 AND t.national_code <> '' AND t.state IN ('open', 'assigned', 'failed', 'asked') AND t.id > $2 ORDER BY t.id LIMIT $3`
	sqlOfNotice   = `SELECT ` + taskColumns + ` FROM bailiff_task t WHERE t.case_id = $1 AND t.id = $2`
	sqlCountState = `SELECT state, count(*) AS n FROM bailiff_task WHERE unit = $1 GROUP BY state`
	sqlLoads      = `SELECT bailiff, county, count(*) AS n, max(place) AS place FROM bailiff_task WHERE unit = $1 AND state = 'assigned' GROUP BY bailiff, county`
	sqlHad        = `SELECT id FROM bailiff_assignment WHERE unit = $1 AND task = $2 AND bailiff = $3 LIMIT 1`
	sqlGiven      = `SELECT max(at_us) AS at FROM bailiff_assignment WHERE unit = $1 AND task = $2 AND bailiff = $3`
	sqlAssigned   = `SELECT unit, task, id, bailiff, label, given_by, at_us FROM bailiff_assignment WHERE unit = $1 AND task = $2 ORDER BY id`

	attemptColumns = `unit, task, id, round, bailiff, label, code, class, taken_by, relation, note, at_us, device_us, sent_us, elapsed_ms, received_us,
		offline, lat_e6, lon_e6, accuracy_m, no_place, photo, signature, content, counted, why, evidence`
	sqlAttempts = `SELECT ` + attemptColumns + ` FROM bailiff_attempt WHERE unit = $1 AND task = $2 ORDER BY received_us, id`
	sqlAttempt  = `SELECT ` + attemptColumns + ` FROM bailiff_attempt WHERE unit = $1 AND task = $2 AND id = $3`
	sqlSteps    = `SELECT unit, task, id, kind, why, done_by, by_label, evidence, at_us FROM bailiff_step WHERE unit = $1 AND task = $2 ORDER BY id`

	sqlAssign = `UPDATE bailiff_task SET state = 'assigned', bailiff = $3, bailiff_label = $4, place = $5, due_us = $6, assigned_us = $7, changed_us = $7
		WHERE unit = $1 AND id = $2 AND state IN ('open', 'assigned') AND bailiff <> $3 AND address <> ''`
	sqlResult = `UPDATE bailiff_task SET state = $4, attempts = attempts + 1, outcome = $5, changed_us = $6
		WHERE unit = $1 AND id = $2 AND bailiff = $3 AND state = 'assigned'`
	sqlReopen = `UPDATE bailiff_task SET state = 'open', round = round + 1, bailiff = '', bailiff_label = '', place = 0, due_us = 0,
			address = $3, province = $4, county = $5, changed_us = $6
		WHERE unit = $1 AND id = $2 AND state = 'failed'`
	sqlGiveAddress = `UPDATE bailiff_task SET address = $3, province = $4, county = $5, changed_us = $6
		WHERE unit = $1 AND id = $2 AND state = 'open' AND address = ''`
	sqlConceal  = `UPDATE bailiff_task SET concealed = $3 WHERE unit = $1 AND id = $2`
	sqlWithdraw = `UPDATE bailiff_task SET state = 'withdrawn', changed_us = $3
		WHERE unit = $1 AND id = $2 AND state IN ('open', 'assigned', 'failed', 'asked')`
)
