// SPDX-License-Identifier: Apache-2.0

package bulk

import (
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

type batchRow struct {
	ID         string      `db:"id"`
	Sender     string      `db:"sender"`
	SenderKind string      `db:"sender_kind"`
	Idem       string      `db:"idem"`
	Kind       string      `db:"kind"`
	TitleFA    string      `db:"title_fa"`
	TitleEN    string      `db:"title_en"`
	Person     string      `db:"by_person"`
	Role       policy.Role `db:"by_role"`
	Unit       string      `db:"by_unit"`
	Branch     string      `db:"by_branch"`
	Name       string      `db:"by_name"`
	For        string      `db:"by_for"`
	Capacity   string      `db:"by_capacity"`
	State      State       `db:"state"`
	Total      int64       `db:"total"`
	Done       int64       `db:"done"`
	Refused    int64       `db:"refused"`
	Twins      int64       `db:"twins"`
	Made       store.Time  `db:"made_us"`
	Started    store.Time  `db:"started_us"`
	Ended      store.Time  `db:"ended_us"`
	Rests      store.Time  `db:"rest_us"`
	WhyFA      string      `db:"why_fa"`
	WhyEN      string      `db:"why_en"`
}

func (r batchRow) batch() Batch {
	return Batch{
		ID: r.ID, Key: r.Idem, Sender: r.Sender, SenderKind: r.SenderKind, Kind: r.Kind, Title: notice.Text{FA: r.TitleFA, EN: r.TitleEN},
		By:    policy.Actor{Person: r.Person, Role: r.Role, Unit: r.Unit, Branch: r.Branch, Name: r.Name, For: r.For, Capacity: r.Capacity},
		State: r.State, Total: int(r.Total), Issued: int(r.Done), Refused: int(r.Refused), Twins: int(r.Twins),
		Made: r.Made.Time, Started: r.Started.Time, Ended: r.Ended.Time, Rests: r.Rests.Time, Why: notice.Text{FA: r.WhyFA, EN: r.WhyEN},
	}
}

type rowRow struct {
	Batch    string `db:"batch"`
	N        int64  `db:"n"`
	Sender   string `db:"sender"`
	Idem     string `db:"idem"`
	Label    string `db:"label"`
	Payload  string `db:"payload"`
	State    string `db:"state"`
	Tries    int64  `db:"tries"`
	ReasonFA string `db:"reason_fa"`
	ReasonEN string `db:"reason_en"`
	Field    string `db:"field"`
	Code     string `db:"code"`
}

func (r rowRow) row() Row {
	return Row{Batch: r.Batch, N: r.N, Key: "bulk:" + r.Sender + ":" + r.Idem, Payload: []byte(r.Payload)}
}

type doneRow struct {
	Batch  string     `db:"batch"`
	N      int64      `db:"n"`
	Notice string     `db:"notice"`
	Number string     `db:"number"`
	Way    string     `db:"way"`
	At     store.Time `db:"at_us"`
}

// turnRow is a turn that was taken.
type turnRow struct {
	Sender  string `db:"sender"`
	Started int64  `db:"started"`
	Apart   int64  `db:"apart"` // turns since anybody else had one
}

const (
	batchColumns = `id, sender, sender_kind, idem, kind, title_fa, title_en, by_person, by_role, by_unit, by_branch, by_name, state,
		total, done, refused, twins, made_us, started_us, ended_us, by_for, by_capacity, rest_us, why_fa, why_en`
	rowColumns = `batch, n, sender, idem, label, payload, state, tries, reason_fa, reason_en, field, code`
)

const (
	sqlBatch       = `SELECT ` + batchColumns + ` FROM notice_batch WHERE id = $1`
	sqlByKey       = `SELECT ` + batchColumns + ` FROM notice_batch WHERE sender = $1 AND idem = $2`
	sqlBatchesOf   = `SELECT ` + batchColumns + ` FROM notice_batch WHERE (sender = $1 OR $2) AND id < $3 ORDER BY id DESC LIMIT $4`
	sqlNextBatches = `SELECT ` + batchColumns + ` FROM notice_batch WHERE sender = $1 AND state = 'going' ORDER BY id LIMIT 2`
	sqlOpenOf      = `SELECT ` + batchColumns + ` FROM notice_batch WHERE sender = $1 AND state IN ('taking', 'checked', 'going', 'paused') ORDER BY id`
	sqlNoneIn      = `SELECT batch, count(*) AS n FROM notice_batch_done WHERE batch = ANY($1) AND way = 'none' GROUP BY batch`
	sqlOld         = `SELECT ` + batchColumns + ` FROM notice_batch WHERE kind = $1 AND state IN ('taking', 'checked') AND made_us < $2 ORDER BY id LIMIT $3`
	sqlPaper       = `SELECT count(*) FROM notice_batch_done WHERE batch = $1 AND way = 'paper'`
	sqlNone        = `SELECT count(*) FROM notice_batch_done WHERE batch = $1 AND way = 'none'`
	sqlTaken       = `SELECT idem FROM notice_batch_row WHERE sender = $1 AND idem = ANY($2) AND state IN ('waiting', 'done')`
	sqlTake        = `UPDATE notice_batch SET total = total + $3, refused = refused + $4, twins = twins + $5 WHERE id = $1 AND total = $2 AND state = 'taking'`
	sqlMove        = `UPDATE notice_batch SET state = $3 WHERE id = $1 AND state = $2`
	sqlStart       = `UPDATE notice_batch SET state = 'going', started_us = $2 WHERE id = $1 AND state = 'checked'`
	sqlEnd         = `UPDATE notice_batch SET state = $3, ended_us = $4, rest_us = 0, why_fa = $5, why_en = $6 WHERE id = $1 AND state = $2`
	sqlRests       = `UPDATE notice_batch SET rest_us = $2, why_fa = $3, why_en = $4 WHERE id = $1 AND state = 'going'`
	sqlWakes       = `UPDATE notice_batch SET rest_us = 0, why_fa = '', why_en = '' WHERE sender = $1 AND state IN ('going', 'paused') AND rest_us > 0`
	sqlLeave       = `UPDATE notice_batch_row SET state = 'left', payload = '' WHERE batch = $1 AND state = 'waiting'`
	sqlRows        = `SELECT ` + rowColumns + ` FROM notice_batch_row WHERE batch = $1 AND state = 'waiting' ORDER BY tries, n LIMIT $2`
	sqlOutcomes    = `SELECT ` + rowColumns + ` FROM notice_batch_row WHERE batch = $1 AND n > $2 ORDER BY n LIMIT $3`
	sqlUnreached   = `SELECT ` + rowColumns + ` FROM notice_batch_row WHERE batch = $1 AND n IN
		(SELECT n FROM notice_batch_done WHERE batch = $1 AND way = 'none' AND n > $2 ORDER BY n LIMIT $3) ORDER BY n`
	sqlNoneOf = `SELECT n FROM notice_batch_done WHERE batch = $1 AND way = 'none' AND n = ANY($2) ORDER BY n`
	sqlFaults = `SELECT ` + rowColumns + ` FROM notice_batch_row WHERE batch = $1 AND n > $2 AND state IN ('refused', 'twin') ORDER BY n LIMIT $3`

	sqlRowsDone = `UPDATE notice_batch_row SET state = 'done', payload = '' WHERE batch = $1 AND n = ANY($2) AND state = 'waiting'`
	sqlRowDone  = `UPDATE notice_batch_row SET state = 'done', payload = '' WHERE batch = $1 AND n = $2 AND state = 'waiting'`
	sqlRefuse   = `UPDATE notice_batch_row SET state = 'refused', payload = '', reason_fa = $3, reason_en = $4, field = $5, code = $6 WHERE batch = $1 AND n = $2 AND state = 'waiting'`
	sqlTried    = `UPDATE notice_batch_row SET tries = tries + 1 WHERE batch = $1 AND n = $2 AND state = 'waiting'`
	sqlCount    = `UPDATE notice_batch SET done = done + $2, refused = refused + $3 WHERE id = $1 AND state = 'going'`

	sqlBusy = `INSERT INTO notice_batch_sender (sender, busy, started) VALUES ($1, TRUE, 1)
		ON CONFLICT (sender) DO UPDATE SET busy = TRUE, started = notice_batch_sender.started + 1`
	sqlIdle    = `UPDATE notice_batch_sender SET busy = started <> $3, holder = '', held_us = 0 WHERE sender = $1 AND holder = $2`
	sqlRelease = `UPDATE notice_batch_sender SET holder = '', held_us = 0 WHERE sender = $1 AND holder = $2`
	sqlHold    = `UPDATE notice_batch_sender SET held_us = $3 WHERE sender = $1 AND holder = $2`
	sqlRest    = `UPDATE notice_batch_sender SET holder = '', held_us = 0, rest_us = $3 WHERE sender = $1 AND holder = $2`
	sqlAwake   = `UPDATE notice_batch_sender SET rest_us = 0 WHERE sender = $1`
	sqlForgot  = `UPDATE notice_batch_sender SET busy = TRUE WHERE NOT busy AND sender IN (SELECT sender FROM notice_batch WHERE state = 'going')`
	sqlAnyBusy = `SELECT count(*) FROM (SELECT 1 FROM notice_batch_sender WHERE busy LIMIT 1) AS waiting`
)

// sqlAnyDue tells whether a turn can be taken.
const sqlAnyDue = `SELECT EXISTS (SELECT 1 FROM notice_batch_sender WHERE busy AND held_us <= $1 AND rest_us <= $1)`

// sqlClaim takes the turn of whoever was served longest ago. Without MATERIALIZED
// PostgreSQL's planner may run the inner select more than once.
const sqlClaim = `WITH next AS MATERIALIZED (
		SELECT sender FROM notice_batch_sender WHERE busy AND held_us <= $1 AND rest_us <= $1
		ORDER BY turn, sender LIMIT 1 FOR UPDATE SKIP LOCKED)
	UPDATE notice_batch_sender SET turn = 1 + (SELECT max(turn) FROM notice_batch_sender), holder = $2, held_us = $3
	WHERE sender IN (SELECT sender FROM next)
	RETURNING sender, started, turn - coalesce((SELECT max(o.turn) FROM notice_batch_sender o WHERE o.sender <> notice_batch_sender.sender), -1000000) AS apart`
