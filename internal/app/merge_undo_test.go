// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
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

// TestUndoRevivesNoPost: a post or guardianship that was ended after a merge stays
// ended when the merge is taken back, also if each account had it already, by
// another letter; one that stands is had by both again.
func TestUndoRevivesNoPost(t *testing.T) {
	t.Parallel()
	post := func(who, behalf Who, role policy.Role, letter string) func(*Env) identity.Capacity {
		return func(e *Env) identity.Capacity {
			c := identity.Capacity{
				Person: e.Person(who).ID, Role: role, TitleFA: "س", TitleEN: "p", Source: "x", Number: letter, From: civil.Of(e.Clock.Now()),
			}
			if behalf != "" {
				c.For, c.Rights = e.Person(behalf).ID, policy.Rights()
			} else {
				c.Unit = Court
			}
			return c
		}
	}
	for name, x := range map[string]struct {
		has  []func(*Env) identity.Capacity
		who  []Who // of whom it is looked what they are
		role policy.Role
	}{
		"a guardian of the one":         {[]func(*Env) identity.Capacity{post(Expert, Stranger, policy.Guardian, "1")}, []Who{Expert}, policy.Guardian},
		"a guardian of both":            {[]func(*Env) identity.Capacity{post(Expert, Stranger, policy.Guardian, "1"), post(Expert, Defendant, policy.Guardian, "2")}, []Who{Expert}, policy.Guardian},
		"a judge in one account":        {[]func(*Env) identity.Capacity{post(Stranger, "", policy.Judge, "1")}, []Who{Stranger, Defendant}, policy.Judge},
		"a judge in both, by 2 letters": {[]func(*Env) identity.Capacity{post(Stranger, "", policy.Judge, "1"), post(Defendant, "", policy.Judge, "2")}, []Who{Stranger, Defendant}, policy.Judge},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			Each(t, func(t *testing.T, e *Env) {
				ctx, system := t.Context(), policy.Actor{Role: policy.System}
				for _, c := range x.has {
					if _, err := e.App.Identity.AddCapacity(ctx, system, c(e)); err != nil {
						t.Fatal(err)
					}
				}
				standing := func() (out []identity.Capacity) {
					for _, who := range x.who {
						list, err := e.App.Identity.Capacities(ctx, e.Person(who).ID)
						if err != nil {
							t.Fatal(err)
						}
						for _, c := range list {
							if c.Role == x.role && c.Ended.IsZero() {
								out = append(out, c)
							}
						}
					}
					return out
				}
				mergeAccounts(e, Stranger, Defendant)
				e.Clock.Advance(time.Hour)
				unmergeAccounts(e, Stranger, Defendant)
				if n := len(standing()); n != len(x.has) {
					t.Fatalf("%d stand after parting, want %d", n, len(x.has))
				}
				e.Clock.Advance(time.Hour)
				mergeAccounts(e, Stranger, Defendant)
				if n := len(standing()); n != 1 {
					t.Fatalf("%d stand after merging again, want 1", n)
				}
				e.Clock.Advance(time.Hour)
				if err := e.App.Identity.EndCapacity(ctx, system, standing()[0].Person, standing()[0].ID, "removed"); err != nil {
					t.Fatal(err)
				}
				unmergeAccounts(e, Stranger, Defendant)
				if now := standing(); len(now) != 0 {
					t.Errorf("%s for %q again, although it was ended", now[0].Role, now[0].For)
				}
			})
		})
	}
}
