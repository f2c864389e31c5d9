// SPDX-License-Identifier: Apache-2.0

package office

type voucherRow struct {
	Office string `db:"office"`
	Visit  string `db:"visit"`
	Place  int64  `db:"place"`
	Person string `db:"person"`
	Name   string `db:"name"`
	Code   string `db:"code"`
}

type overRow struct {
	Office string `db:"office"`
	ID     string `db:"id"`
	Person string `db:"person"`
}

const (
	sqlVouchers   = `SELECT office, visit, place, person, name, code FROM office_voucher WHERE office = $1 AND visit = $2 ORDER BY place`
	sqlVouchUntil = `UPDATE office_visit SET until_us = $3 WHERE office = $1 AND id = $2`
	sqlVouchOver  = `SELECT office, id, person FROM office_visit WHERE until_us > 0 AND until_us <= $1 AND state = 'done' ORDER BY until_us LIMIT $2`
	// Those of visits that came to nothing go with them.
	sqlDropVouchers = `DELETE FROM office_voucher WHERE NOT EXISTS (SELECT 1 FROM office_visit v WHERE v.office = office_voucher.office AND v.id = office_voucher.visit)`
)
