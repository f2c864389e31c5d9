// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// TestUndoRevivesNothing: what the account that goes on lost after a merge, a
// licence or the proof of its number, does not come back by taking the merge
// back.
func TestUndoRevivesNothing(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, system := t.Context(), policy.Actor{Role: policy.System}
		gone, into := e.Person(Lawyer), e.Person(Operator)
		mergeAccounts(e, Lawyer, Operator)
		e.Clock.Advance(time.Hour)
		list, err := e.App.Identity.Capacities(ctx, into.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := e.App.DB.Write(ctx, func(tx *store.Tx) error {
			for _, c := range list {
				if c.Role == policy.Lawyer && c.Ended.IsZero() {
					if err := e.App.Identity.EndCapacityTx(ctx, tx, system, c, "identity.licence.revoked"); err != nil {
						return err
					}
				}
			}
			return e.App.Identity.EndProofsTx(ctx, tx, into.ID, system, "identity.proof.number_lost")
		}); err != nil {
			t.Fatal(err)
		}
		unmergeAccounts(e, Lawyer, Operator)
		if list, err = e.App.Identity.Capacities(ctx, gone.ID); err != nil {
			t.Fatal(err)
		}
		for _, c := range list {
			if c.Role == policy.Lawyer && c.Ended.IsZero() {
				t.Error("a lawyer again, although the licence was revoked")
			}
		}
		p, err := e.App.Identity.Person(ctx, into.ID)
		if err != nil || p.Assurance != identity.SelfDeclared {
			t.Errorf("level %d, %v: what was proved before the number was lost counts again", p.Assurance, err)
		}
	})
}
