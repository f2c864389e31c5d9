// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"testing"

	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

func (w *world) change(c StatusChange) error {
	w.t.Helper()
	return w.db.Write(w.t.Context(), func(tx *store.Tx) error { return w.s.ChangeStatusTx(w.t.Context(), tx, c) })
}

// An account that was closed is of no use at the very next question, whatever
// was signed in before, and its owner is told so only after the right password.
func TestClosedAccount(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		p := w.register(maryam)
		a := policy.Actor{Person: p.ID, Role: policy.Citizen}
		token, _, err := w.s.MakeToken(ctx, a, NewToken{Name: "n", Scopes: []api.Scope{api.ScopeRead}, Days: 9})
		must(t, err)
		before, err := w.s.Login(ctx, maryam.code, goodPassword, stranger) // the code is under way
		must(t, err)
		must(t, w.change(StatusChange{Person: p.ID, From: Active, To: Deceased, Why: "w", Ref: "r"}))

		_, err = w.s.Actor(ctx, p.ID, AsCitizen)
		wantCode(t, err, "identity.closed")
		if !errs.Is(err, errs.Unauthenticated) {
			t.Errorf("kind %v, want Unauthenticated: the session must end", errs.KindOf(err))
		}
		if _, err := w.s.Bearer(ctx, token); !errs.Is(err, errs.Unauthenticated) {
			t.Errorf("the token still works: %v", err)
		}
		must(t, w.s.FinishLogin(ctx, before, w.code(maryam.mobile), stranger))
		if _, err := w.s.Actor(ctx, before.Person, ""); !errs.Is(err, errs.Unauthenticated) {
			t.Errorf("a sign-in that was under way gets in: %v", err)
		}
		_, err = w.s.Login(ctx, maryam.code, "گذرواژهٔ نادرست", stranger)
		wantCode(t, err, "identity.login.wrong")
		messages := len(w.sms.For(maryam.mobile))
		_, err = w.s.Login(ctx, maryam.code, goodPassword, stranger)
		wantCode(t, err, "identity.closed")
		if w.drain(); len(w.sms.For(maryam.mobile)) != messages {
			t.Error("a code was sent for a closed account")
		}

		wantCode(t, w.change(StatusChange{Person: p.ID, From: Active, To: Incapable, Why: "w"}), "identity.status.changed")
		must(t, w.change(StatusChange{Person: p.ID, From: Deceased, To: Active, Why: "back", By: policy.Actor{Person: "admin", Role: policy.Administrator}}))
		_, err = w.s.Actor(ctx, p.ID, "")
		must(t, err)
		if _, err := w.s.Bearer(ctx, token); !errs.Is(err, errs.Unauthenticated) {
			t.Errorf("a token from before lives again: %v", err)
		}
		steps, err := w.s.Statuses(ctx, p.ID)
		if err != nil || len(steps) != 2 || steps[0].To != Active || steps[0].By.Person != "admin" || steps[1].To != Deceased || steps[1].Ref != "r" {
			t.Errorf("steps %+v, %v", steps, err)
		}
		if n := w.count(`SELECT count(*) FROM ledger_entry WHERE owner = $1`, p.ID); n != 4 { // account, token, closed, opened
			t.Errorf("%d records of evidence, want 4", n)
		}
	})
}

// The sign-in of an account that was merged leads to the one that goes on.
func TestMergedSignIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		one, other := w.register(maryam), w.register(hasan)
		must(t, w.change(StatusChange{Person: other.ID, From: Active, To: Merged, Into: one.ID, Why: "w"}))
		c, err := w.s.Login(ctx, hasan.code, goodPassword, From{Address: "192.0.2.1", Nonce: id.New()})
		if err != nil || c.Person != one.ID {
			t.Errorf("led to %s, %v; want %s", c.Person, err, one.ID)
		}
		if _, err := w.s.Actor(ctx, other.ID, ""); !errs.Is(err, errs.Unauthenticated) {
			t.Errorf("the merged account still acts: %v", err)
		}
	})
}

// Nobody acts for somebody who has died; for somebody under guardianship only the
// guardian does.
func TestActingForAClosedAccount(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		principal, taker := w.register(maryam), w.register(hasan)
		give := func(role policy.Role) string {
			c := Capacity{
				Person: taker.ID, Role: role, For: principal.ID, Rights: []policy.Right{policy.See}, TitleFA: "ف", TitleEN: "e", Source: "s",
			}.row()
			c.ID = id.New()
			must(t, w.db.Write(ctx, func(tx *store.Tx) error { return store.Insert(ctx, tx, "identity_capacity", c) }))
			return c.ID
		}
		helper, guardian := give(policy.Helper), give(policy.Guardian)
		for _, step := range []struct {
			from, to         Status
			helper, guardian bool
		}{{Active, Incapable, false, true}, {Incapable, Deceased, false, false}, {Deceased, Active, true, true}} {
			must(t, w.change(StatusChange{Person: principal.ID, From: step.from, To: step.to, Why: "w"}))
			for capacity, want := range map[string]bool{helper: step.helper, guardian: step.guardian} {
				if _, err := w.s.Actor(ctx, taker.ID, capacity); (err == nil) != want {
					t.Errorf("%s: acts %v, want %v (guardian: %v)", step.to, err == nil, want, capacity == guardian)
				}
			}
		}
	})
}
