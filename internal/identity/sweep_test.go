// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

func TestCleanUp(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		_, err := w.s.Start(t.Context(), id.New(), maryam.entries())
		must(t, err)
		w.drain()
		w.clk.Advance(8 * 24 * time.Hour)
		w.drain()
		for _, table := range []string{"identity_registration", "identity_code", "identity_limit"} {
			if n := w.count(`SELECT count(*) FROM ` + table); n != 0 {
				t.Errorf("%s still has %d rows", table, n)
			}
		}
	})
}

// Sign-ins are kept for a year, who looked for good.
func TestCleanUpSignIns(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		signIn := func() {
			t.Helper()
			must(t, w.s.SignedIn(ctx, "p1", From{Address: "192.0.2.1"}, "code"))
		}
		left := func() int {
			t.Helper()
			must(t, w.s.cleanUp(ctx))
			list, err := w.s.SignIns(ctx, "p1")
			must(t, err)
			return len(list)
		}
		signIn()
		must(t, w.s.RecordAccess(ctx, Access{Subject: "p1", By: policy.Actor{Person: "c", Role: policy.Clerk}, What: "filing"}))
		w.clk.Advance(keepSignIns - time.Hour)
		signIn()
		if n := left(); n != 2 {
			t.Errorf("%d sign-ins within the year, want 2", n)
		}
		w.clk.Advance(2 * time.Hour)
		if n := left(); n != 1 {
			t.Errorf("%d sign-ins after the year, want 1", n)
		}
		w.clk.Advance(10 * keepSignIns)
		rows, err := w.s.Accesses(ctx, "p1")
		must(t, err)
		if n := left(); n != 0 || len(rows) != 1 {
			t.Errorf("%d sign-ins and %d looks in the end, want 0 and 1", n, len(rows))
		}
	})
}

// More rows than one batch go in one run, and what is not old stays.
func TestCleanUpInBatches(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, now := t.Context(), w.clk.Now()
		must(t, w.db.Write(ctx, func(tx *store.Tx) error {
			for i := range 2*sweepBatch + 3 {
				at := store.At(now.Add(-time.Duration(i+1) * time.Minute))
				if err := tx.Exec(ctx, `INSERT INTO identity_limit (key, tat_us) VALUES ($1, $2)`, id.New(), at); err != nil {
					return err
				}
			}
			return tx.Exec(ctx, `INSERT INTO identity_limit (key, tat_us) VALUES ('taken', $1)`, store.At(now.Add(time.Minute)))
		}))
		must(t, w.s.cleanUp(ctx))
		if n := w.count(`SELECT count(*) FROM identity_limit`); n != 1 {
			t.Errorf("%d limits left, want the one that is not free", n)
		}
	})
}

// What leads to a claim that nobody can use any more goes; one that can be used
// stays.
func TestCleanUpClaims(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		now := w.clk.Now()
		must(t, w.db.Write(t.Context(), func(tx *store.Tx) error {
			for name, until := range map[string]time.Time{"over": now.Add(-25 * time.Hour), "holds": now.Add(time.Hour)} {
				err := tx.Exec(t.Context(), `INSERT INTO identity_claim (person, id, way, by_person, unit, created_us, expires_us) VALUES ('p', $1, 'sms', 'o', 'u', 1, $2)`, name, store.At(until))
				if err != nil {
					return err
				}
				if err := tx.Exec(t.Context(), `INSERT INTO identity_by_claim (hash, person, claim) VALUES ($1, 'p', $1)`, name); err != nil {
					return err
				}
			}
			return nil
		}))
		must(t, w.s.cleanUp(t.Context()))
		if n := w.count(`SELECT count(*) FROM identity_by_claim WHERE hash = 'holds'`); n != 1 {
			t.Error("a claim that holds is gone")
		}
		if n := w.count(`SELECT count(*) FROM identity_by_claim`); n != 1 {
			t.Errorf("%d are left, want 1", n)
		}
	})
}
