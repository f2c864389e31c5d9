// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Closing makes the load of the branch fall, so that the next case goes there
// (CPC 50); opening again makes it rise, and the case goes on where it was.
func TestClosingAndReopening(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده\u200cپور")
		turn := func(close bool, a policy.Actor, c Case) error {
			return r.db.Write(t.Context(), func(tx *store.Tx) error {
				if close {
					return r.CloseTx(t.Context(), tx, a, c.ID, "docket.access.duty")
				}
				return r.ReopenTx(t.Context(), tx, a, c.ID, "docket.access.duty")
			})
		}
		load := func(branch string) (open int) {
			for _, b := range must(r.Branches(t.Context(), unit))(t) {
				if b.Number == branch {
					open = b.Open
				}
			}
			return open
		}
		c := r.open(t, debt("f1", p, d))
		if err := r.ConfirmBranch(t.Context(), head, c.ID, "2", 1); err != nil {
			t.Fatal(err)
		}
		pending := r.open(t, debt("f2", p, d)) // branch 1
		elsewhere := clerk
		elsewhere.Unit = "00201"
		for name, a := range map[string]policy.Actor{"a party": p, "another unit": elsewhere, "nobody": {}} {
			if err := turn(true, a, c); !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s closes: %v", name, err)
			}
		}
		if err := turn(false, clerk, c); !errs.Is(err, errs.Conflict) {
			t.Errorf("an open case opened: %v", err)
		}
		for _, k := range []Case{c, pending} {
			if err := turn(true, clerk, k); err != nil {
				t.Fatal(err)
			}
		}
		if err := turn(true, clerk, c); !errs.Is(err, errs.Conflict) {
			t.Errorf("closed again: %v", err)
		}
		if err := r.ConfirmBranch(t.Context(), head, pending.ID, "1", 2); !errs.Is(err, errs.Conflict) {
			t.Errorf("a closed case is referred: %v", err)
		}
		if load("1") != 0 || load("2") != 0 {
			t.Errorf("loads %d and %d", load("1"), load("2"))
		}
		if next := r.open(t, debt("f3", p, d)); next.Proposed != "1" {
			t.Errorf("the next goes to branch %s", next.Proposed)
		}
		v := must(r.View(t.Context(), p, c.ID))(t)
		last := v.Entries[len(v.Entries)-1]
		if v.Case.State != StateClosed || v.Case.Closed.IsZero() || last.Kind != "docket.closed" {
			t.Errorf("closed: %+v", v)
		}
		en := r.cat.Printer(i18n.EN)
		if words := en.T(last.key()+".text", last.pairs(en)...); !strings.Contains(words, en.T("docket.access.duty")) {
			t.Errorf("the reason reads %q", words)
		}
		for k, state := range map[string]string{c.ID: StateReferred, pending.ID: StateProposed} {
			if err := turn(false, head, Case{ID: k}); err != nil {
				t.Fatal(err)
			}
			if now := must(r.CaseFor(t.Context(), r.db, k))(t); now.State != state || !now.Closed.IsZero() {
				t.Errorf("opened again: %+v", now)
			}
		}
		if load("1") != 2 || load("2") != 1 {
			t.Errorf("loads %d and %d", load("1"), load("2"))
		}
	})
}

// A declaration is open at once and burdens no branch; an entity is a party
// without a national code.
func TestDeclarationsAndEntities(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p := r.person(t, "سارا", "خواهانی")
		n := debt("f1", p, policy.Actor{})
		n.Kind = DeclarationCase
		n.Parties[1] = Party{Side: Defendant, Kind: EntityParty, EntityID: "10100000000", Name: "شرکت نمونه"}
		c := r.open(t, n)
		if c.State != StateReferred || c.Branch != "" || c.Proposed != "" || c.Kind != DeclarationCase {
			t.Errorf("case %+v", c)
		}
		for _, b := range must(r.Branches(t.Context(), unit))(t) {
			if b.Open != 0 {
				t.Errorf("branch %s has %d", b.Number, b.Open)
			}
		}
		if out := r.serve(t, c, Defendant, "", "k1"); out.Electronic {
			t.Error("an entity without an account was served electronically")
		}
		_, party, found, err := r.FindParty(t.Context(), c.Number, "10100000000")
		if err != nil || !found || party.Kind != EntityParty || party.Name != "شرکت نمونه" {
			t.Errorf("found %+v %v %v", party, found, err)
		}
		err = r.db.Write(t.Context(), func(tx *store.Tx) error { return r.CloseTx(t.Context(), tx, clerk, c.ID, "") })
		if err != nil {
			t.Errorf("closing: %v", err)
		}
		n.Kind, n.Filing = "petition", "f2"
		if err := r.db.Write(t.Context(), func(tx *store.Tx) error { _, err := r.OpenTx(t.Context(), tx, n); return err }); !errs.Is(err, errs.Invalid) {
			t.Errorf("a kind that there is not: %v", err)
		}
	})
}
