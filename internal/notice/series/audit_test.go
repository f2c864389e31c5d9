// SPDX-License-Identifier: Apache-2.0

package series

import (
	"strings"
	"testing"
)

// Whatever is changed in the rows is named, and nothing is said of sound ones.
func TestAudit(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		r.country(t)
		audit := func() string {
			t.Helper()
			found, err := Audit(t.Context(), r.db, r.d.Ledger)
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			for _, f := range found {
				b.WriteString(f.String() + "\n")
			}
			return b.String()
		}
		if said := audit(); said != "" {
			t.Fatal(said)
		}
		for _, c := range []struct{ harm, mend, first string }{
			{`UPDATE notice_series_line SET serial = 9 WHERE owner = 'b' AND serial = 2`,
				`UPDATE notice_series_line SET serial = 2 WHERE owner = 'b' AND serial = 9`, "series of b, line 9"},
			{`UPDATE notice_series_line SET link = leaf WHERE owner = 'a' AND serial = 3`, "", "series of a, line 3"},
		} {
			exec(t, r, c.harm)
			if said := audit(); !strings.HasPrefix(said, c.first) {
				t.Errorf("%s: %s", c.harm, said)
			}
			if c.mend != "" {
				exec(t, r, c.mend)
				if said := audit(); said != "" {
					t.Errorf("mended: %s", said)
				}
			}
		}
		exec(t, r, `UPDATE notice_series_line SET link = (SELECT link FROM notice_series_head WHERE owner = 'a') WHERE owner = 'a' AND serial = 3`)
		for _, c := range []struct{ harm, first string }{
			{`INSERT INTO notice_series_line (owner, serial, notice, evidence, origin, idx, leaf, link, bucket, day, arrived_us)
				SELECT owner, serial + 10, notice, 'x', origin, 1, leaf, link, bucket, day + 900, arrived_us FROM notice_series_line WHERE owner = 'h'`, "series of h, line 11: it was slipped in"},
			{`DELETE FROM notice_series_line WHERE owner = 'h' AND serial = 11`, ""},
			{`UPDATE notice_series_day SET root = (SELECT leaf FROM notice_series_line WHERE owner = 'h') WHERE day = (SELECT max(day) FROM notice_series_day)`, "series: the "},
			{`UPDATE notice_series_day SET root = (SELECT hash FROM notice_series_node WHERE node = 1 AND day = (SELECT max(day) FROM notice_series_node WHERE node = 1)) WHERE day = (SELECT max(day) FROM notice_series_day)`, ""},
			{`UPDATE notice_series_node SET hash = (SELECT leaf FROM notice_series_line WHERE owner = 'h') WHERE node >= 8 AND day = (SELECT min(day) FROM notice_series_day)`, "series: node"},
			{`DELETE FROM notice_series_line WHERE owner = 'h'`, "series of h: the arrival at"},
		} {
			exec(t, r, c.harm)
			if said := audit(); !strings.HasPrefix(said, c.first) || (said == "") != (c.first == "") {
				t.Errorf("%s: %s", c.harm, said)
			}
		}
	})
}
