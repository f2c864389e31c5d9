// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"testing"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// TestMergedWard: who is the guardian of the account that ends is the guardian of
// the one that goes on, and again of the first when they are parted.
func TestMergedWard(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		guardian := e.Person(Guardian).ID
		gone, into := e.Person(Stranger).ID, e.Person(Defendant).ID
		wards := func() (out []string) {
			list, err := e.App.Identity.Capacities(t.Context(), guardian)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range list {
				if c.Role == policy.Guardian && c.Ended.IsZero() {
					out = append(out, c.For)
				}
			}
			return out
		}
		check := func(when, want string) {
			t.Helper()
			if got := wards(); len(got) != 1 || got[0] != want {
				t.Errorf("%s: guardian of %v, want %s", when, got, want)
			}
		}
		check("before", gone)
		mergeAccounts(e, Stranger, Defendant)
		check("merged", into)
		unmergeAccounts(e, Stranger, Defendant)
		check("parted", gone)
	})
}

// TestMergedVisits: what a counter knows of a person is found in the account that
// goes on, and goes back when they are parted.
func TestMergedVisits(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		gone, into := e.Person(Stranger).ID, e.Person(Defendant).ID
		err := e.App.DB.Write(t.Context(), func(tx *store.Tx) error {
			for _, sql := range []string{
				`INSERT INTO office_visit (office, id, kind, state, operator, person, created_us, done_us) VALUES ('720101', 'done', 'raise', 'done', 'o', $1, $2, $2)`,
				`INSERT INTO office_visit (office, id, kind, state, operator, person, created_us) VALUES ('720101', 'open', 'raise', 'asked', 'o', $1, $2)`,
				`INSERT INTO office_look (office, id, operator, person, flagged, at_us) VALUES ('720101', 'look', 'o', $1, false, $2)`,
				`INSERT INTO office_voucher (office, visit, place, person, name, code) SELECT '720101', 'done', 2, CAST($1 AS TEXT), 'n', 'c' WHERE CAST($2 AS BIGINT) > 0`,
			} {
				if err := tx.Exec(t.Context(), sql, gone, store.At(e.Clock.Now())); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		count := func(person string) [3]int {
			return [3]int{
				rowsOf(e, `SELECT count(*) FROM office_visit WHERE person = $1`, person),
				rowsOf(e, `SELECT count(*) FROM office_look WHERE person = $1`, person),
				rowsOf(e, `SELECT count(*) FROM office_voucher WHERE person = $1`, person),
			}
		}
		mergeAccounts(e, Stranger, Defendant)
		e.Drain()
		if got, left := count(into), count(gone); got != [3]int{1, 1, 1} || left != [3]int{1, 0, 0} {
			t.Errorf("merged: %v came over, %v stayed", got, left)
		}
		unmergeAccounts(e, Stranger, Defendant)
		e.Drain()
		if got, left := count(into), count(gone); got != [3]int{} || left != [3]int{2, 1, 1} {
			t.Errorf("parted: %v stayed, %v went back", got, left)
		}
	})
}
