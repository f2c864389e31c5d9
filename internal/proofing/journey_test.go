// SPDX-License-Identifier: Apache-2.0

package proofing_test

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/gateway/payments"
	gateway "github.com/tarazu/tarazu/internal/gateway/proofing"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// askForMore publishes the petition for a debt anew, as a title that asks for
// level 2.
func askForMore(t *testing.T, e *apptest.Env) {
	t.Helper()
	b, err := os.ReadFile("../catalogue/services/petition-debt.json")
	if err != nil {
		t.Fatal(err)
	}
	b = bytes.Replace(b, []byte(`"version": 1`), []byte(`"version": 99`), 1)
	b = bytes.Replace(b, []byte(`"assurance": 1`), []byte(`"assurance": 2`), 1)
	by := policy.Actor{Person: e.Person(apptest.Administrator).ID, Role: policy.Administrator, Assurance: identity.SeenInPerson}
	if d, err := e.App.Catalogue.Publish(t.Context(), by, b); err != nil || d.Assurance != identity.SeenRemotely {
		t.Fatal(err)
	}
}

// Somebody of level 1 fills and pays a title that asks for level 2, is led to the
// missing step at the signature, proves by video, comes back and signs. Nothing
// is entered twice.
func TestFilingWaitsForTheLevel(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		askForMore(t, e)
		me := e.As(apptest.Plaintiff)
		filing := e.Draft(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
		base := "/filings/" + filing
		me.Get(base + "/check").Want(http.StatusOK).Link(level.Path + "?for=") // said before anything is paid
		e.Pay(apptest.Plaintiff, filing)
		err := e.App.Filing.SendSignatureCode(t.Context(), e.Actor(apptest.Plaintiff), filing)
		if m, ok := errors.AsType[*level.Missing](err); !ok || m.Need != identity.SeenRemotely {
			t.Fatalf("the act itself does not ask: %v", err)
		}

		page := me.Get(base + "/sign").Follow().Want(http.StatusOK)
		if !strings.HasPrefix(page.Path, level.Path+"?for=") {
			t.Fatalf("led to %s", page.Path)
		}
		page = me.Get(page.Link(level.Path+"/video?for=")).Want(http.StatusOK).Submit(level.Path+"/video", "broker", "simin").Want(http.StatusOK)
		page = page.Submit(page.Path + "/begin").Want(http.StatusOK)
		_, token, _ := strings.Cut(page.Link("http"), "/pay/")
		e.App.Doubles.Payments.Choose(token, payments.Pay)
		page = me.Get("/payments/return?token=" + token).Follow().Want(http.StatusOK)
		page = page.Submit(page.Path + "/begin").Want(http.StatusOK)
		_, token, _ = strings.Cut(page.Link("http"), "/check/")
		e.App.Doubles.Proofing.Choose(token, gateway.Live)
		page = me.Get(level.Path + "/video/return?token=" + token).Follow().Want(http.StatusOK)
		back := page.Link(base)
		if back != base+"/sign" {
			t.Fatalf("leads back to %s", back)
		}
		me.Get(back).Want(http.StatusOK)

		// The level that ends between the page and the act is missed by the act.
		was := e.Actor(apptest.Plaintiff)
		if err := e.App.Filing.SendSignatureCode(t.Context(), was, filing); err != nil {
			t.Fatal(err)
		}
		code := e.Code(e.Person(apptest.Plaintiff).Mobile)
		unprove(t, e, apptest.Plaintiff)
		_, err = e.App.Filing.Submit(t.Context(), was, filing, code)
		if _, ok := errors.AsType[*level.Missing](err); !ok {
			t.Fatalf("signed without the level: %v", err)
		}
	})
}
