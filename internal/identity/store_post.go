// SPDX-License-Identifier: Apache-2.0

package identity

type nameRow struct {
	ID    string `db:"id"`
	First string `db:"first_name"`
	Last  string `db:"last_name"`
}

const (
	sqlCapacitiesAt = `SELECT ` + capacityColumns + ` FROM identity_capacity WHERE unit = $1 AND unit <> '' ORDER BY from_day, id`
	sqlNamesOf      = `SELECT id, first_name, last_name FROM identity_person WHERE id = ANY($1)`
)
