// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"testing"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// A party registers while his case is being opened: his event was heard when
// nothing waited for him, and the case found him without an account.
func TestRegisteredWhileTheCaseWasOpened(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده\u200cپور")
		r.drain(t) // the events are heard before the case is there
		c := r.open(t, debt("f1", p, policy.Actor{}))
		if list := must(r.CasesOf(t.Context(), d))(t); len(list) != 0 {
			t.Fatalf("known already: %+v", list)
		}
		r.drain(t)
		if list := must(r.CasesOf(t.Context(), d))(t); len(list) != 0 {
			t.Errorf("he is warned of a case that was not served on him: %+v", list)
		}
		if out := r.serve(t, c, Defendant, "", "k1"); !out.Electronic {
			t.Error("served on paper, with an account")
		}
		if list := must(r.CasesOf(t.Context(), d))(t); len(list) != 1 || list[0].ID != c.ID {
			t.Errorf("his cases: %+v", list)
		}
		if n := r.count(t, "SELECT count(*) FROM docket_waiting"); n != 0 {
			t.Errorf("%d parties wait", n)
		}
		// Somebody without an account waits, and his job is no failure.
		n := debt("f2", p, policy.Actor{})
		n.Parties[1].NationalCode = codes[4]
		r.open(t, n)
		r.drain(t)
		if n := r.count(t, "SELECT count(*) FROM docket_waiting"); n != 1 {
			t.Errorf("%d parties wait, want one", n)
		}
		if n := r.count(t, "SELECT count(*) FROM jobs_job WHERE kind = $1 AND state <> 'done'", kindAccount); n != 0 {
			t.Errorf("%d jobs failed", n)
		}
	})
}

// However many cases wait for somebody, registering finds all of them.
func TestRegisteringFindsAllCases(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p := r.person(t, "سارا", "خواهانی")
		c := r.open(t, debt("f1", p, policy.Actor{}))
		const total = 2*waitingBatch + 1
		err := r.db.Write(t.Context(), func(tx *store.Tx) error {
			for _, fill := range []string{
				`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
					INSERT INTO docket_party (case_id, id, side, national_code, name)
					SELECT $2, 'p' || (1000 + i), 'defendant', '0000000027', 'x' FROM n`,
				`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
					INSERT INTO docket_waiting (national_code, case_id, party)
					SELECT '0000000027', $2, 'p' || (1000 + i) FROM n`,
			} {
				if err := tx.Exec(t.Context(), fill, total-1, c.ID); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if n := r.count(t, "SELECT count(*) FROM docket_waiting"); n != total {
			t.Fatalf("%d parties wait, want %d", n, total)
		}
		d := r.person(t, "رضا", "خوانده\u200cپور")
		if err := r.onRegistered(t.Context(), identity.Registered{Person: d.Person}); err != nil {
			t.Fatal(err)
		}
		if n := r.count(t, "SELECT count(*) FROM docket_party WHERE person = $1", d.Person); n != total {
			t.Errorf("%d parties have their account, want %d", n, total)
		}
		if n := r.count(t, "SELECT count(*) FROM docket_waiting"); n != 0 {
			t.Errorf("%d parties still wait", n)
		}
	})
}

// A unit that the register does not know yet is no mistake of the filer, and
// OpenTx does not read elsewhere while it holds its transaction.
func TestReady(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده\u200cپور")
		try := func() error {
			return r.db.Write(t.Context(), func(tx *store.Tx) error {
				_, err := r.OpenTx(t.Context(), tx, debt("f1", p, d))
				return err
			})
		}
		if err := try(); !errs.Is(err, errs.Unavailable) {
			t.Errorf("before Ready: %v", err)
		}
		if err := r.Ready(t.Context(), "99999"); !errs.Is(err, errs.Invalid) {
			t.Errorf("a unit that is not there: %v", err)
		}
		for range 2 {
			if err := r.Ready(t.Context(), unit); err != nil {
				t.Fatal(err)
			}
		}
		if err := try(); err != nil {
			t.Errorf("after Ready: %v", err)
		}
	})
}
