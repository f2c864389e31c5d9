// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/pquerna/otp/totp"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// withApp gives somebody an app that makes codes.
func withApp(t *testing.T, e *Env, who Who) {
	t.Helper()
	ctx, id, me := t.Context(), e.App.Identity, policy.Actor{Person: e.Person(who).ID, Role: policy.Citizen, Session: "test"}
	offer, err := id.OfferApp(ctx, me)
	if err != nil {
		t.Fatal(err)
	}
	code, err := totp.GenerateCode(offer.Secret, e.Clock.Now())
	if err == nil {
		err = id.AddApp(ctx, me, offer.State, code)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestSecurityOverTheAPI: a program shows and ends the sessions and browsers of whom it
// acts for, and nobody else's; a way of signing in ends only with a token of a sign-in
// a moment ago.
func TestSecurityOverTheAPI(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		page, other, me := e.As(Plaintiff), e.API(Stranger), e.API(Plaintiff)
		page.Get("/account").Want(http.StatusOK)
		session := me.Get("/account/sessions").Want(http.StatusOK).Text("items.0.id")
		device := me.Get("/account/devices").Want(http.StatusOK).Text("items.0.id")
		if session == "" || device == "" {
			t.Fatalf("session %q, device %q", session, device)
		}
		pat := me.Post("/account/tokens", object{"name": "x", "scopes": []string{"read"}, "days": 1}).Want(http.StatusCreated).Text("secret")
		reader := &APIClient{Env: e, Who: "reader", Token: pat, Lang: "en"}
		reader.Get("/account/devices").Want(http.StatusOK)
		reader.Send(http.MethodDelete, "/account/sessions/"+session, nil).Want(http.StatusForbidden)

		other.Send(http.MethodDelete, "/account/sessions/"+session, nil).Want(http.StatusNotFound)
		other.Send(http.MethodPut, "/account/devices/"+device+"/name", object{"label": "mine"}).Want(http.StatusNotFound)
		other.Send(http.MethodDelete, "/account/devices/"+device, nil).Want(http.StatusNotFound)
		me.Send(http.MethodPut, "/account/devices/"+device+"/name", object{"label": "گوشی خودم"}).Want(http.StatusNoContent)
		me.Send(http.MethodPut, "/account/devices/"+device+"/name", object{"label": strings.Repeat("x", 41)}).Want(http.StatusUnprocessableEntity)
		if got := me.Get("/account/devices").Text("items.0.label"); got != "گوشی خودم" {
			t.Errorf("it is called %q", got)
		}
		page.Get("/account").Want(http.StatusOK)
		me.Send(http.MethodDelete, "/account/sessions/"+session, nil).Want(http.StatusNoContent)
		page.Get("/account").Want(http.StatusSeeOther)
		me.Send(http.MethodDelete, "/account/sessions/"+session, nil).Want(http.StatusNotFound)
		me.Send(http.MethodDelete, "/account/devices/"+device, nil).Want(http.StatusNoContent)
		if list := me.Get("/account/devices").Want(http.StatusOK); strings.Contains(string(list.Body), device) {
			t.Errorf("it is not forgotten: %s", list.Body)
		}

		e.Clock.Advance(identity.ProofLife)
		old, me, other := me, e.APIAgain(Plaintiff), e.APIAgain(Stranger)
		withApp(t, e, Plaintiff)
		if ways := me.Get("/account/ways").Want(http.StatusOK); !strings.Contains(string(ways.Body), `"app":true`) || !strings.Contains(string(ways.Body), `"sms":true`) {
			t.Errorf("the ways: %s", ways.Body)
		}
		for _, path := range []string{"/account/ways/passkeys/none", "/account/ways/app"} {
			if got := old.Send(http.MethodDelete, path, nil).Want(http.StatusForbidden); !strings.Contains(string(got.Body), "less than five minutes") {
				t.Errorf("%s with an old token: %s", path, got.Body)
			}
			other.Send(http.MethodDelete, path, nil).Want(http.StatusNotFound)
		}
		me.Send(http.MethodDelete, "/account/ways/passkeys/none", nil).Want(http.StatusNotFound)
		me.Send(http.MethodDelete, "/account/ways/app", nil).Want(http.StatusNoContent)
		if ways := me.Get("/account/ways").Want(http.StatusOK); !strings.Contains(string(ways.Body), `"app":false`) {
			t.Errorf("afterwards: %s", ways.Body)
		}
	})
}
