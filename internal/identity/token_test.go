// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

func TestTokens(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		p, q := w.register(maryam), w.register(hasan)
		me, other := policy.Actor{Person: p.ID, Role: policy.Citizen}, policy.Actor{Person: q.ID, Role: policy.Citizen}
		dies := func(why, secret string) {
			t.Helper()
			if _, err := w.s.Bearer(ctx, secret); !errs.Is(err, errs.Unauthenticated) {
				t.Errorf("%s: %v", why, err)
			}
		}
		lives := func(why, secret string) {
			t.Helper()
			if b, err := w.s.Bearer(ctx, secret); err != nil || b.Actor.Person != p.ID || b.Actor.Role != policy.Citizen {
				t.Errorf("%s: %+v, %v", why, b, err)
			}
		}
		good := NewToken{Name: "برنامه", Scopes: []api.Scope{api.ScopeRead, api.ScopeRead}, Days: 365, Act: id.New()}
		for code, change := range map[string]func(*NewToken){
			"identity.token.name_missing":   func(n *NewToken) { n.Name = " " },
			"identity.token.scopes_missing": func(n *NewToken) { n.Scopes = nil },
			"form.range":                    func(n *NewToken) { n.Days = 366 },
			"form.choose":                   func(n *NewToken) { n.Scopes = []api.Scope{api.ScopeAccount} },
			"form.too_long":                 func(n *NewToken) { n.Name = "a\nb" },
		} {
			n := good
			change(&n)
			_, _, err := w.s.MakeToken(ctx, me, n)
			wantCode(t, err, code)
		}
		foreign := good
		foreign.Capacity = id.New()
		_, _, err := w.s.MakeToken(ctx, me, foreign)
		wantCode(t, err, "form.choose")

		first, made, err := w.s.MakeToken(ctx, me, good)
		must(t, err)
		if len(made.Scopes) != 1 || w.count(`SELECT count(*) FROM identity_token WHERE hash = $1`, first) != 0 {
			t.Errorf("made %+v", made)
		}
		lives("a new token", first)
		again, same, err := w.s.MakeToken(ctx, me, good)
		must(t, err)
		if same.ID != made.ID {
			t.Errorf("the same act made %s and %s", made.ID, same.ID)
		}
		lives("the same act again", again)
		dies("the secret of the first answer", first)
		dies("no token", "")

		if err := w.s.RevokeToken(ctx, other, made.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("somebody else revokes: %v", err)
		}
		lives("after that", again)
		must(t, w.s.RevokeToken(ctx, me, made.ID))
		dies("revoked", again)

		for range MaxTokens {
			good.Act = id.New()
			first, _, err = w.s.MakeToken(ctx, me, good)
			must(t, err)
		}
		good.Act = id.New()
		_, _, err = w.s.MakeToken(ctx, me, good)
		wantCode(t, err, "identity.token.too_many")

		session, _, err := w.s.sessionToken(ctx, p.ID, id.New())
		must(t, err)
		lives("signed in", session)
		w.clk.Advance(signInLife)
		dies("twelve hours later", session)
		lives("a personal one", first)
		list, err := w.s.Tokens(ctx, me)
		if err != nil || len(list) != MaxTokens || list[0].Used.IsZero() {
			t.Errorf("%d tokens, %v", len(list), err)
		}

		// Somebody who lost a password loses what was made with it.
		regID := id.New()
		_, err = w.s.Start(ctx, regID, maryam.entries())
		must(t, err)
		_, err = w.s.Prove(ctx, regID, w.code(maryam.mobile))
		must(t, err)
		_, err = w.s.Finish(ctx, regID, "پنج قایق آبی ۷۷")
		must(t, err)
		dies("after a renewed password", first)

		w.clk.Advance(366*24*time.Hour + keepTokens)
		must(t, w.s.cleanUp(ctx))
		if n := w.count(`SELECT count(*) FROM identity_token`) + w.count(`SELECT count(*) FROM identity_by_token`); n != 0 {
			t.Errorf("%d rows are left", n)
		}
	})
}

// TestStepsAreSealed: what a caller carries between two steps is neither read
// nor made up, and that of a sign-in is none of a registration.
func TestStepsAreSealed(t *testing.T) {
	t.Parallel()
	s := &Service{d: Deps{CodeKey: make([]byte, 32)}}
	sealed, err := s.sealStep(step{Person: "p", Code: "c"})
	must(t, err)
	if st, err := s.openStep(sealed); err != nil || st.Person != "p" || st.Code != "c" {
		t.Fatalf("%+v, %v", st, err)
	}
	for i := range sealed {
		b := []byte(sealed)
		b[i] ^= 1
		if st, err := s.openStep(string(b)); !errs.Is(err, errs.NotFound) || st != (step{}) {
			t.Fatalf("changed at %d: %+v, %v", i, st, err)
		}
	}
	other := &Service{d: Deps{CodeKey: append(make([]byte, 31), 1)}}
	if _, err := other.openStep(sealed); !errs.Is(err, errs.NotFound) {
		t.Errorf("another key opens it: %v", err)
	}
	if _, err := s.registering(&api.Call{}, sealed); !errs.Is(err, errs.NotFound) {
		t.Errorf("a sign-in taken for a registration: %v", err)
	}
}
