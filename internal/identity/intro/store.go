// SPDX-License-Identifier: Apache-2.0

package intro

import (
	"encoding/json"

	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

type batchRow struct {
	ID      string      `db:"id"`
	Kind    string      `db:"kind"`
	Source  string      `db:"source"`
	File    string      `db:"file"`
	SHA256  string      `db:"sha256"`
	Person  string      `db:"by_person"`
	Role    policy.Role `db:"by_role"`
	State   State       `db:"state"`
	Total   int64       `db:"total"`
	Wrong   int64       `db:"wrong"`
	Done    int64       `db:"done"`
	Created store.Time  `db:"created_us"`
	Changed store.Time  `db:"changed_us"`
}

func (r batchRow) batch() Batch {
	return Batch{
		ID: r.ID, Kind: r.Kind, Source: r.Source, File: r.File, SHA256: r.SHA256, State: r.State, Total: int(r.Total), Wrong: int(r.Wrong),
		Done: int(r.Done), Created: r.Created.Time, By: policy.Actor{Person: r.Person, Role: r.Role, Unit: r.Source},
	}
}

type rowRow struct {
	Batch        string `db:"batch"`
	N            int64  `db:"n"`
	Line         int64  `db:"line"`
	NationalCode string `db:"national_code"`
	Cells        string `db:"cells"`
	Field        string `db:"field"`
	Problem      string `db:"problem"`
}

// lineRow is a row with its result.
type lineRow struct {
	rowRow
	Outcome  Outcome `db:"state"`
	Person   string  `db:"person"`
	Capacity string  `db:"capacity"`
	Was      string  `db:"was"`
}

func (r rowRow) cells() (map[string]string, error) {
	out := map[string]string{}
	err := json.Unmarshal([]byte(r.Cells), &out)
	return out, err
}

type resultRow struct {
	Batch    string  `db:"batch"`
	N        int64   `db:"n"`
	Outcome  Outcome `db:"state"`
	Person   string  `db:"person"`
	Capacity string  `db:"capacity"`
	Was      string  `db:"was"`
}

type waitingRow struct {
	NationalCode string `db:"national_code"`
	Batch        string `db:"batch"`
	N            int64  `db:"n"`
}

const (
	batchColumns = `id, kind, source, file, sha256, by_person, by_role, state, total, wrong, done, created_us, changed_us`
	rowColumns   = `r.batch, r.n, r.line, r.national_code, r.cells, r.field, r.problem`
)

const (
	sqlBatch      = `SELECT ` + batchColumns + ` FROM identity_intro_batch WHERE id = $1`
	sqlAllBatches = `SELECT ` + batchColumns + ` FROM identity_intro_batch WHERE id < $1 ORDER BY id DESC LIMIT $2`
	sqlBatchesOf  = `SELECT ` + batchColumns + ` FROM identity_intro_batch WHERE source = ANY($1) AND id < $2 ORDER BY id DESC LIMIT $3`
	sqlUnfinished = `SELECT id FROM identity_intro_batch WHERE state IN ('applying', 'undoing') AND changed_us < $1 ORDER BY id LIMIT 20`
	sqlMove       = `UPDATE identity_intro_batch SET state = $3, done = 0, changed_us = $4 WHERE id = $1 AND state = $2`
	sqlProgress   = `UPDATE identity_intro_batch SET done = $4, changed_us = $5 WHERE id = $1 AND state = $2 AND done = $3`
	sqlGoodRows   = `SELECT ` + rowColumns + ` FROM identity_intro_row r WHERE r.batch = $1 AND r.n > $2 AND r.n <= $3 AND r.problem = '' ORDER BY r.n`
	sqlLines      = `SELECT ` + rowColumns + `, coalesce(x.state, '') AS state, coalesce(x.person, '') AS person, coalesce(x.capacity, '') AS capacity, coalesce(x.was, '') AS was
FROM identity_intro_row r LEFT JOIN identity_intro_result x ON x.batch = r.batch AND x.n = r.n
WHERE r.batch = $1 AND r.n > $2 ORDER BY r.n LIMIT $3`
	sqlWrongLines = `SELECT ` + rowColumns + `, coalesce(x.state, '') AS state, coalesce(x.person, '') AS person, coalesce(x.capacity, '') AS capacity, coalesce(x.was, '') AS was
FROM identity_intro_row r LEFT JOIN identity_intro_result x ON x.batch = r.batch AND x.n = r.n
WHERE r.batch = $1 AND r.n > $2 AND (r.problem <> '' OR x.state = 'refused') ORDER BY r.n LIMIT $3`
	sqlLine = `SELECT ` + rowColumns + `, coalesce(x.state, '') AS state, coalesce(x.person, '') AS person, coalesce(x.capacity, '') AS capacity, coalesce(x.was, '') AS was
FROM identity_intro_row r LEFT JOIN identity_intro_result x ON x.batch = r.batch AND x.n = r.n
WHERE r.batch = $1 AND r.n = $2`
	sqlOutcomes   = `SELECT state, count(*) AS n FROM identity_intro_result WHERE batch = $1 GROUP BY state`
	sqlSetOutcome = `UPDATE identity_intro_result SET state = $3, person = $4, capacity = $5, was = $6 WHERE batch = $1 AND n = $2`
	sqlWaiting    = `SELECT national_code, batch, n FROM identity_intro_waiting WHERE national_code = $1 ORDER BY batch, n`
	sqlUnwait     = `DELETE FROM identity_intro_waiting WHERE national_code = $1 AND batch = $2 AND n = $3`
)
