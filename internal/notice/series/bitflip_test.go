// SPDX-License-Identifier: Apache-2.0

package series

import (
	"fmt"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

// TestEveryFlippedBitIsFound: whoever changes one bit of what numbers the notices is
// found out by the audit.
func TestEveryFlippedBitIsFound(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		r.country(t)
		r.arrive(t, "a") // the last that was numbered is an arrival
		r.sequence(t)
		r.number(t)
		flips := storetest.Flips{
			Tables: Migrations,
			Rows: map[string][]string{
				"notice_series_state": {"id = 'series'"},
				"notice_series_head":  {"owner = 'a'", "owner = 'h'"},
				"notice_series_line":  {"owner = 'a' AND serial = 1", "owner = 'a' AND serial = 3", "owner = 'h'"},
				"notice_series_day":   {"day = " + fmt.Sprint(r.one(t, `SELECT min(day) FROM notice_series_day`)), "day = " + fmt.Sprint(r.one(t, `SELECT max(day) FROM notice_series_day`))},
				"notice_series_node":  {"node = 1 AND day = " + fmt.Sprint(r.one(t, `SELECT max(day) FROM notice_series_node`))},
			},
			Unseen: map[string]string{
				"notice_series_day.signed_us": "our own clock, for operators; the record of the root has its own",
			},
			Audit: func() (out []string, err error) {
				found, err := Audit(t.Context(), r.db, r.d.Ledger)
				for _, f := range found {
					out = append(out, f.String())
				}
				if err != nil { // a row that cannot be read at all ends the audit, which says so
					out = append(out, err.Error())
				}
				return out, nil
			},
		}
		if n := flips.Run(t, r.db); n < 40 {
			t.Errorf("only %d changes", n)
		}
	})
}
