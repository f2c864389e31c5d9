// SPDX-License-Identifier: Apache-2.0

package mandate_test

import (
	"testing"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/mandate"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

func ends(t *testing.T, e *Env, who Who, to identity.Status, into string) {
	t.Helper()
	err := e.App.DB.Write(t.Context(), func(tx *store.Tx) error {
		return e.App.Identity.ChangeStatusTx(t.Context(), tx, identity.StatusChange{
			Person: e.Person(who).ID, From: identity.Active, To: to, Into: into, Why: "steward.why.registry", By: policy.Actor{Role: policy.System},
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	e.Drain()
}

func standing(t *testing.T, e *Env, giver, id string) (mandate.State, string) {
	t.Helper()
	row, err := store.One[struct {
		State mandate.State `db:"state"`
		Why   string        `db:"why"`
	}](t.Context(), e.App.DB, `SELECT state, why FROM identity_mandate WHERE giver = $1 AND id = $2`, giver, id)
	if err != nil {
		t.Fatal(err)
	}
	return row.State, row.Why
}

// TestClosedAccount: death, guardianship and a merge of either side end what was
// given and what was only offered; nothing comes back, and nothing else ends.
func TestClosedAccount(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		for i, c := range []struct {
			giver, taker, closed Who
			to                   identity.Status
			why                  string
		}{
			{Plaintiff, Operator, Plaintiff, identity.Deceased, mandate.Died},
			{Stranger, Manager, Manager, identity.Merged, mandate.Merged},
			{Stranger, Inspector, Stranger, identity.Incapable, mandate.Incapacity},
		} {
			active := e.Offer(c.giver, c.taker, mandate.Helper, policy.See)
			offered := e.Offer(c.giver, c.taker, mandate.Helper, policy.See)
			other := e.Offer(Defendant, Auditor, mandate.Helper, policy.See)
			acting(t, e, c.taker, active)
			giver, into := e.Person(c.giver).ID, ""
			if c.to == identity.Merged {
				into = e.Person(Defendant).ID
			}
			ends(t, e, c.closed, c.to, into)
			for _, id := range []string{active, offered} {
				if st, why := standing(t, e, giver, id); st != mandate.Ended || why != c.why {
					t.Errorf("%d: %s %s, want ended %s", i, st, why, c.why)
				}
			}
			if st, _ := standing(t, e, e.Person(Defendant).ID, other); st != mandate.Offered {
				t.Errorf("%d: somebody else's is %s", i, st)
			}
			list, err := e.App.Identity.Capacities(t.Context(), e.Person(c.taker).ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, k := range list {
				if k.Mandate == active && k.Ended.IsZero() {
					t.Errorf("%d: its capacity stands", i)
				}
			}
		}
	})
}
