// SPDX-License-Identifier: Apache-2.0

package alert

const (
	sqlAlert = `SELECT owner, ref, kind, state, made_us, due_us FROM alert_alert WHERE owner = $1 AND ref = $2 AND kind = $3`
	sqlTries = `SELECT owner, ref, kind, channel, device, n, state, code, provider, reference, later_us, at_us, told_us FROM alert_try
		WHERE owner = $1 AND ref = $2 AND kind = $3 ORDER BY at_us, channel, device, n`
	sqlAlertsOf = `SELECT owner, ref, kind, state, made_us, due_us FROM alert_alert WHERE owner = ANY($1) AND ref = $2 ORDER BY made_us, kind`
	sqlLast     = `SELECT owner, ref, kind, state, made_us, due_us FROM alert_alert WHERE owner = ANY($1) ORDER BY ref DESC, kind LIMIT $2`

	sqlSettle = `UPDATE alert_alert SET state = $4, due_us = $5 WHERE owner = $1 AND ref = $2 AND kind = $3`
)

// referenceRow leads from what a provider calls a message to its try.
type referenceRow struct {
	Reference string `db:"reference"`
	Owner     string `db:"owner"`
	Ref       string `db:"ref"`
	Kind      string `db:"kind"`
	Channel   string `db:"channel"`
	Device    string `db:"device"`
	N         int64  `db:"n"`
}
