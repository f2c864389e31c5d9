// SPDX-License-Identifier: Apache-2.0

package program

import (
	"strings"

	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/store"
)

type keyRow struct {
	Purpose string     `db:"purpose"`
	Owner   string     `db:"owner"`
	ID      string     `db:"id"`
	Label   string     `db:"label"`
	Prefix  string     `db:"prefix"`
	Hash    string     `db:"hash"`
	Scopes  string     `db:"scopes"`
	Unit    string     `db:"unit"`
	Level   int64      `db:"level"`
	MadeBy  string     `db:"made_by"`
	Made    store.Time `db:"made_us"`
	Expires store.Time `db:"expires_us"`
	Revoked store.Time `db:"revoked_us"`
	Used    store.Time `db:"used_us"`
}

func (r keyRow) key() Key {
	return Key{
		ID: r.ID, Label: r.Label, Prefix: r.Prefix, Scopes: strings.Fields(r.Scopes), Unit: r.Unit, Level: int(r.Level),
		Made: r.Made.Time, Expires: r.Expires.Time, Revoked: r.Revoked.Time, Used: r.Used.Time,
	}
}

type hookRow struct {
	Purpose   string     `db:"purpose"`
	Owner     string     `db:"owner"`
	URL       string     `db:"url"`
	Secret    []byte     `db:"secret"`
	OldSecret []byte     `db:"old_secret"`
	OldUntil  store.Time `db:"old_until_us"`
	Failing   store.Time `db:"failing_us"`
	Stopped   store.Time `db:"stopped_us"`
	Work      store.Time `db:"work_us"`
	Trying    store.Time `db:"trying_us"`
	MadeBy    string     `db:"made_by"`
	Changed   store.Time `db:"changed_us"`
}

type deliveryRow struct {
	Purpose string     `db:"purpose"`
	Owner   string     `db:"owner"`
	ID      string     `db:"id"`
	Event   string     `db:"event"`
	Payload string     `db:"payload"`
	State   string     `db:"state"`
	Tries   int64      `db:"tries"`
	Status  int64      `db:"status"`
	Next    store.Time `db:"next_us"`
	Made    store.Time `db:"made_us"`
	Done    store.Time `db:"done_us"`
}

type workRow struct {
	Owner   string     `db:"owner"`
	Work    store.Time `db:"work_us"`
	Last    store.Time `db:"last_us"`
	Status  int64      `db:"last_status"`
	Trying  store.Time `db:"trying_us"`
	GivenUp int64      `db:"given_up"`
}

const (
	keyColumns = `purpose, owner, id, label, prefix, hash, scopes, unit, level, made_by, made_us, expires_us, revoked_us, used_us`
	sqlKeys    = `SELECT ` + keyColumns + ` FROM program_key WHERE purpose = $1 AND owner = $2 ORDER BY id DESC LIMIT 100`
	sqlKey     = `SELECT ` + keyColumns + ` FROM program_key WHERE purpose = $1 AND owner = $2 AND id = $3`
	sqlByHash  = `SELECT ` + keyColumns + ` FROM program_key WHERE hash = $1`
	sqlLiving  = `SELECT count(*) FROM program_key WHERE purpose = $1 AND owner = $2 AND revoked_us = 0 AND expires_us > $3`
	sqlRevoke  = `UPDATE program_key SET revoked_us = $4 WHERE purpose = $1 AND owner = $2 AND id = $3 AND revoked_us = 0`
	sqlUseKey  = `UPDATE program_key SET used_us = $4 WHERE purpose = $1 AND owner = $2 AND id = $3 AND revoked_us = 0 AND expires_us > $4`

	sqlHook     = `SELECT purpose, owner, url, secret, old_secret, old_until_us, failing_us, stopped_us, work_us, trying_us, made_by, changed_us FROM program_hook WHERE purpose = $1 AND owner = $2`
	sqlMoveHook = `UPDATE program_hook SET url = $3, failing_us = 0, stopped_us = 0, made_by = $4, changed_us = $5 WHERE purpose = $1 AND owner = $2`
	sqlRotate   = `UPDATE program_hook SET old_secret = secret, old_until_us = $4, secret = $3, made_by = $5, changed_us = $6 WHERE purpose = $1 AND owner = $2`
	sqlFailing  = `UPDATE program_hook SET failing_us = $3 WHERE purpose = $1 AND owner = $2 AND failing_us = 0`
	sqlWorks    = `UPDATE program_hook SET failing_us = 0 WHERE purpose = $1 AND owner = $2 AND failing_us > 0`
	sqlStop     = `UPDATE program_hook SET stopped_us = $3 WHERE purpose = $1 AND owner = $2 AND stopped_us = 0`

	sqlWork     = `UPDATE program_hook SET work_us = CASE WHEN work_us = 0 THEN $3 ELSE work_us END, last_us = $3, last_status = $4 WHERE purpose = $1 AND owner = $2`
	sqlWorkOver = `UPDATE program_hook SET work_us = 0 WHERE purpose = $1 AND owner = $2`
	sqlTry      = `UPDATE program_hook SET trying_us = $3 WHERE purpose = $1 AND owner = $2 AND work_us > 0 AND trying_us <= $4`
	sqlTried    = `UPDATE program_hook SET trying_us = 0 WHERE purpose = $1 AND owner = $2`
	sqlAllTold  = `UPDATE program_hook SET trying_us = 0, work_us = 0, stopped_us = 0 WHERE purpose = $1 AND owner = $2`
	sqlLeave    = `UPDATE program_hook SET work_us = 0, trying_us = 0 WHERE purpose = $1 AND owner = $2 AND work_us > 0 AND trying_us <= $3`
	// They change nothing but are locks.
	sqlStillStopped = `UPDATE program_hook SET last_status = last_status WHERE purpose = $1 AND owner = $2 AND stopped_us > 0 AND work_us > 0`
	sqlStillWork    = `UPDATE program_hook SET last_status = last_status WHERE purpose = $1 AND owner = $2 AND work_us > 0 AND stopped_us = 0`
	sqlStillTrying  = `UPDATE program_hook SET last_status = last_status WHERE purpose = $1 AND owner = $2 AND trying_us > 0`

	workColumns = `h.owner, h.work_us, h.last_us, h.last_status, h.trying_us,
		(SELECT count(*) FROM program_delivery d WHERE d.purpose = h.purpose AND d.owner = h.owner AND d.state = 'failed') AS given_up`
	sqlWorkOf  = `SELECT ` + workColumns + ` FROM program_hook h WHERE h.purpose = $1 AND h.owner = $2 AND h.work_us > 0`
	sqlAllWork = `SELECT ` + workColumns + ` FROM program_hook h WHERE h.purpose = $1 AND h.work_us > 0 ORDER BY h.work_us, h.owner LIMIT 200`

	deliveryColumns = `purpose, owner, id, event, payload, state, tries, status, next_us, made_us, done_us`
	sqlDelivery     = `SELECT ` + deliveryColumns + ` FROM program_delivery WHERE purpose = $1 AND owner = $2 AND id = $3`
	sqlDeliveries   = `SELECT ` + deliveryColumns + ` FROM program_delivery WHERE purpose = $1 AND owner = $2 ORDER BY id DESC LIMIT $3`
	sqlOldest       = `SELECT ` + deliveryColumns + ` FROM program_delivery WHERE purpose = $1 AND owner = $2 AND state = 'failed' ORDER BY id LIMIT 1`
	sqlGivenUp      = `SELECT count(*) FROM program_delivery WHERE purpose = $1 AND owner = $2 AND state = 'failed'`
	// Two at work on the same one: the second writes nothing.
	sqlTold = `UPDATE program_delivery SET state = $5, tries = tries + 1, status = $6, next_us = $7, done_us = $8
		WHERE purpose = $1 AND owner = $2 AND id = $3 AND tries = $4 AND state = $9`
	sqlOnceMore = `UPDATE program_delivery SET state = 'waiting', tries = 0, next_us = 0 WHERE purpose = $1 AND owner = $2 AND id = $3 AND state <> 'waiting'`
	sqlLeaveAll = `UPDATE program_delivery SET state = 'left' WHERE purpose = $1 AND owner = $2 AND state = 'failed'`

	sqlHeldKeys = `SELECT label, made_us AS at, expires_us AS until FROM program_key WHERE made_by = $1 ORDER BY made_us DESC, id LIMIT $2`
)

// Held is what this package keeps about a person.
func Held() []held.Source {
	return []held.Source{held.ByPerson[struct {
		Label string     `db:"label"`
		At    store.Time `db:"at"`
		Until store.Time `db:"until"`
	}]("program.held.keys", sqlHeldKeys)}
}
