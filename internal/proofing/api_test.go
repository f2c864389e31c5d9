// SPDX-License-Identifier: Apache-2.0

package proofing_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/gateway/payments"
	gateway "github.com/tarazu/tarazu/internal/gateway/proofing"
	"github.com/tarazu/tarazu/internal/identity"
)

// A program learns what is missing, orders, sends the person to pay and to the
// broker, and hears how it ended; to others the order does not exist.
func TestVideoByProgram(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	me := e.API(apptest.Plaintiff)
	if body := string(me.Get("/account/level?need=2").Want(http.StatusOK).Body); !strings.Contains(body, `"level":1`) || !strings.Contains(body, `"way":"video"`) {
		t.Errorf("what is missing: %s", body)
	}
	if body := string(me.Get("/account/level/brokers").Want(http.StatusOK).Body); !strings.Contains(body, `"id":"didar"`) {
		t.Errorf("brokers: %s", body)
	}
	made := me.Post("/account/level/video", map[string]any{"broker": "didar"}).Want(http.StatusCreated)
	path := "/account/level/video/" + made.Text("id")
	me.Post(path+"/begin", nil).Want(http.StatusConflict) // not paid
	url := me.Post("/payments/"+made.Text("payment")+"/begin", nil).Want(http.StatusOK).Text("url")
	_, token, _ := strings.Cut(url, "/pay/")
	if !e.App.Doubles.Payments.Choose(token, payments.Pay) {
		t.Fatalf("the provider knows no payment at %s", url)
	}
	me.Post("/payments/"+made.Text("payment")+"/check", nil).Want(http.StatusOK)
	e.Drain()
	_, token, _ = strings.Cut(string(me.Post(path+"/begin", nil).Want(http.StatusOK).Body), "/check/")
	token, _, _ = strings.Cut(token, `"`)
	e.API(apptest.Stranger).Get(path).Want(http.StatusNotFound)
	if !e.App.Doubles.Proofing.Choose(token, gateway.Live) {
		t.Fatal("the broker knows no such session")
	}
	if state := me.Post(path+"/check", nil).Want(http.StatusOK).Text("state"); state != "proved" {
		t.Errorf("the order is %s", state)
	}
	if p, err := e.App.Identity.Person(t.Context(), e.Person(apptest.Plaintiff).ID); err != nil || p.Assurance != identity.SeenRemotely {
		t.Errorf("level %d, %v", p.Assurance, err)
	}
	me.Post(path+"/back", nil).Want(http.StatusConflict)
}
