// SPDX-License-Identifier: Apache-2.0

package mydata

import "github.com/tarazu/tarazu/internal/platform/store"

type exportRow struct {
	Owner   string     `db:"owner"`
	ID      string     `db:"id"`
	State   string     `db:"state"`
	By      string     `db:"asked_by"`
	Lang    string     `db:"lang"`
	Code    string     `db:"code"`
	Blob    string     `db:"blob"`
	SHA256  string     `db:"sha256"`
	Bytes   int64      `db:"bytes"`
	LeftOut int64      `db:"left_out"`
	Asked   store.Time `db:"asked_us"`
	Ready   store.Time `db:"ready_us"`
	Until   store.Time `db:"until_us"`
	Taken   store.Time `db:"taken_us"`
	Times   int64      `db:"taken"`
}

func (r exportRow) export() Export {
	return Export{
		Owner: r.Owner, ID: r.ID, State: r.State, Bytes: r.Bytes, LeftOut: int(r.LeftOut), Asked: r.Asked.Time, Ready: r.Ready.Time,
		Until: r.Until.Time, Taken: r.Taken.Time, Times: int(r.Times), code: r.Code, blob: r.Blob, sum: r.SHA256, by: r.By, lang: r.Lang,
	}
}

const exportColumns = `owner, id, state, asked_by, lang, code, blob, sha256, bytes, left_out, asked_us, ready_us, until_us, taken_us, taken`

const (
	sqlExport       = `SELECT ` + exportColumns + ` FROM identity_export WHERE owner = $1 AND id = $2`
	sqlExports      = `SELECT ` + exportColumns + ` FROM identity_export WHERE owner = $1 ORDER BY id DESC LIMIT $2`
	sqlOpenExport   = `SELECT id FROM identity_export WHERE owner = $1 AND state IN ('asked', 'ready')`
	sqlExportsSince = `SELECT count(*) FROM identity_export WHERE owner = $1 AND asked_us > $2`
	sqlExportCode   = `UPDATE identity_export SET code = $3 WHERE owner = $1 AND id = $2 AND state = 'ready'`
	sqlExportReady  = `
UPDATE identity_export SET state = 'ready', blob = $3, sha256 = $4, bytes = $5, left_out = $6, ready_us = $7, until_us = $8
WHERE owner = $1 AND id = $2 AND state = 'asked'`
	sqlExportTaken = `
UPDATE identity_export SET taken_us = $3, taken = taken + 1, code = '' WHERE owner = $1 AND id = $2 AND state = 'ready' AND until_us > $3`
	sqlExportGone = `
UPDATE identity_export SET state = $3, blob = '', code = '' WHERE owner = $1 AND id = $2 AND state IN ('asked', 'ready')`
	sqlExportsOver   = `UPDATE identity_export SET state = 'gone', blob = '', code = '' WHERE state = 'ready' AND until_us <= $1`
	sqlExportsFailed = `UPDATE identity_export SET state = 'failed' WHERE state = 'asked' AND asked_us < $1`
	sqlBlob          = `SELECT id FROM identity_export WHERE blob = $1 AND blob <> ''
UNION ALL SELECT id FROM identity_correction WHERE blob = $1 AND blob <> ''`
)
