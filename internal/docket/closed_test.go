// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"testing"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Nothing is served into an account that nobody may use: a party who has died is
// served on paper, and a lawyer's party himself again when the lawyer has died.
func TestServedWhenTheAccountIsClosed(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		p, d, l := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده\u200cپور"), r.lawyer(t, "لیلا", "وکیلی")
		c := r.open(t, debt("f1", p, d))
		r.serve(t, c, Defendant, "cpc-336", "k0")
		r.drain(t)
		if err := r.record(t, clerk, c, Defendant, l, "b1"); err != nil {
			t.Fatal(err)
		}
		close := func(a policy.Actor) {
			t.Helper()
			err := r.db.Write(ctx, func(tx *store.Tx) error {
				return r.people.ChangeStatusTx(ctx, tx, identity.StatusChange{Person: a.Person, From: identity.Active, To: identity.Deceased, Why: "test"})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, step := range []struct {
			key, owner string
			before     func()
		}{
			{"k1", l.Person, func() {}},
			{"k2", d.Person, func() { close(l) }},
			{"k3", "", func() { close(d) }},
		} {
			step.before()
			out := r.serve(t, c, Defendant, "cpc-336", step.key)
			if got := must(store.One[string](ctx, r.db, `SELECT owner FROM docket_notice WHERE notice = $1`, out.ID))(t); got != step.owner || out.Electronic != (step.owner != "") {
				t.Errorf("%s: served on %q, want %q", step.key, got, step.owner)
			}
		}
		r.drain(t)
		page, err := r.notice.PaperTaskPage(ctx, clerk, noticePage)
		if err != nil {
			t.Fatal(err)
		}
		reasons := map[string]int{}
		for _, k := range page.Tasks {
			reasons[k.Reason]++
		}
		if reasons[notice.ReasonDeceased] != 3 || reasons[notice.ReasonNoAccount] != 1 {
			t.Errorf("work of the clerk %v", reasons)
		}
	})
}
