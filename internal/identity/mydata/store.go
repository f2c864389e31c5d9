// SPDX-License-Identifier: Apache-2.0

package mydata

import (
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

type lookRow struct {
	ID     string      `db:"id"`
	At     store.Time  `db:"at_us"`
	Name   string      `db:"name"`
	Role   policy.Role `db:"role"`
	Unit   string      `db:"unit"`
	What   string      `db:"what"`
	Why    string      `db:"why"`
	Object string      `db:"object"`
}

const sqlLooks = `
SELECT id, at_us, name, role, unit, what, why, object FROM identity_access
WHERE subject = $1 AND ($2 = '' OR id < $2) ORDER BY id DESC LIMIT $3`
