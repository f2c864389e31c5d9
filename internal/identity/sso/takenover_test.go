// SPDX-License-Identifier: Apache-2.0

package sso_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/sso"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// TestTakenOver: somebody else with the owner's telephone had a provisional account
// in the owner's name and signed in at a site with it. When the owner registers, what
// the site was given ends, the code that it had not exchanged yet is worth nothing,
// and the owner is asked before the site gets anything again.
func TestTakenOver(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		ctx, people := t.Context(), e.App.Identity
		w := e.Walker(41, "+989127770041")
		faults := e.App.Doubles.Population.Faults()
		must(t, faults.Set(sandbox.Fault{Mode: sandbox.Down}))
		c := e.Anonymous()
		y, m, d := w.Birth.Jalali()
		c.Get("/register").Submit("/register", "national_code", w.NationalCode, "birth.day", strconv.Itoa(d), "birth.month", strconv.Itoa(m),
			"birth.year", strconv.Itoa(y), "mobile", identity.LocalMobile(w.Mobile)).Submit("/register/provisional/code").
			Submit("/register/provisional", "code", e.Code(w.Mobile), "first_name", "Ali", "last_name", "Nobody", "password", "a grey cat on 7 roofs", "again", "a grey cat on 7 roofs")
		s := newSite(t, e, nil, "profile", "offline_access")
		s.signIn(c, "offline_access")
		tokens := s.tokens
		if !s.active(tokens.AccessToken) || !s.active(tokens.RefreshToken) {
			t.Fatal("the site has got nothing")
		}
		late := newSite(t, e, nil, "profile").flow()
		code := late.code(c)

		must(t, faults.Set(sandbox.Fault{Mode: sandbox.OK}))
		e.Clock.Advance(20 * time.Second) // the breaker lets a call through, and the code still lives
		regID := id.New()
		reg, err := people.Start(ctx, regID, identity.Entries{NationalCode: w.NationalCode, Birth: w.Birth, Mobile: w.Mobile})
		if err != nil || reg.State != identity.CodeOut {
			t.Fatalf("%s: %v", reg.State, err)
		}
		_, err = people.Prove(ctx, regID, e.Code(w.Mobile))
		must(t, err)
		owner, err := people.Finish(ctx, regID, "a red dog in 9 ponds")
		must(t, err)

		if s.userinfo(tokens.AccessToken) != nil || s.active(tokens.AccessToken) || s.active(tokens.RefreshToken) {
			t.Error("what a stranger let the site have lives on")
		}
		if _, _, ok := s.refresh(tokens.RefreshToken); ok {
			t.Error("the site gets more")
		}
		if status, body := late.exchange(code); status != http.StatusBadRequest || body["error"] != "invalid_grant" {
			t.Errorf("a stranger's code gives the site the owner's account: %d %v", status, body)
		}
		list, err := e.App.SSO.Consents(ctx, policy.Actor{Person: owner.ID, Role: policy.Citizen})
		if err != nil || len(list) > 0 {
			t.Errorf("the owner is said to have allowed %d sites: %v", len(list), err)
		}
		r, _, err := e.App.SSO.Begin(ctx, s.flow().q)
		must(t, err)
		need, given, err := e.App.SSO.Judge(ctx, policy.Actor{Person: owner.ID, Role: policy.Citizen, Assurance: 1}, r, e.Clock.Now())
		if err != nil || need != sso.Word || len(given) > 0 {
			t.Errorf("the owner is not asked: %q %v %v", need, given, err)
		}
	})
}
