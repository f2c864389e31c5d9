// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	tarazu "github.com/tarazu/tarazu/internal/app"
	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/identity/mandate"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// onTheirWord makes a provisional account of somebody whom the registries know,
// through the pages, without script. The civil registry is down afterwards.
func onTheirWord(t *testing.T, e *Env, w Walker) *Client {
	t.Helper()
	if err := e.App.Doubles.Population.Faults().Set(sandbox.Fault{Mode: sandbox.Down}); err != nil {
		t.Fatal(err)
	}
	b := e.Anonymous()
	y, m, d := w.Birth.Jalali()
	page := b.Get("/register").Want(http.StatusOK).Submit("/register", "national_code", w.NationalCode, "birth.day", strconv.Itoa(d), "birth.month", strconv.Itoa(m),
		"birth.year", strconv.Itoa(y), "mobile", identity.LocalMobile(w.Mobile))
	if page.Path != "/register/waiting" {
		t.Fatalf("at %s: %s", page.Path, page.Text())
	}
	page = page.Submit("/register/provisional/code").Want(http.StatusOK)
	page = page.Submit("/register/provisional", "code", e.Code(w.Mobile), "first_name", "Ali", "last_name", "Nobody", "password", "a grey cat on 7 roofs", "again", "a grey cat on 7 roofs")
	if page.Path != "/register/done" {
		t.Fatalf("at %s: %s", page.Path, page.Text())
	}
	return b
}

// TestProvisionalAccount: what somebody may do while a registry is silent, what
// they are told where they may not, and that the account is completed by itself.
func TestProvisionalAccount(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, app := t.Context(), e.App
		w := e.Walker(31, "+989127770031")
		b := onTheirWord(t, e, w)
		words, err := tarazu.Words()
		if err != nil {
			t.Fatal(err)
		}
		why := words.Printer(i18n.EN).T("identity.provisional.asking.population")
		for _, path := range []string{"/home", "/account", "/account/data", "/account/level", "/account/provisional"} {
			page := b.Get(path).Want(http.StatusOK)
			if told := strings.Contains(page.Text(), why); !told && path != "/home" && path != "/account/data" {
				t.Errorf("%s does not say why", path)
			}
		}
		page := b.PostForm("/filings", "service", "petition-debt", "act", id.New()).Follow().Want(http.StatusOK)
		if !strings.HasPrefix(page.Path, "/filings/") {
			t.Errorf("no draft: %s", page.Path)
		}
		if _, found, err := app.Identity.FindByNationalCode(ctx, app.DB, w.NationalCode); err != nil || found {
			t.Errorf("found by the national code: %v, %v", found, err)
		}
		if page := b.PostForm("/account/level/video", "broker", "simin"); page.Status == http.StatusSeeOther {
			t.Errorf("a broker is offered to whom nobody has named: %s", page.Location())
		}
		if err := app.Doubles.Population.Faults().Set(sandbox.Fault{Mode: sandbox.OK}); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			e.Clock.Advance(11 * time.Minute)
			e.Drain()
		}
		p, found, err := app.Identity.FindByNationalCode(ctx, app.DB, w.NationalCode)
		if err != nil || !found || p.Assurance != identity.RegistryChecked || p.LastName == "Nobody" {
			t.Fatalf("%+v, %v, %v", p, found, err)
		}
		if strings.Contains(b.Get("/account").Want(http.StatusOK).Text(), why) {
			t.Error("still told to wait")
		}
		b.Get(page.Path).Want(http.StatusOK) // the draft is there
	})
}

// TestNothingOnAnUnconfirmedName: no record is fixed and no mandate given on a
// name that nobody has confirmed; the way leads to the page that says why.
func TestNothingOnAnUnconfirmedName(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, app := t.Context(), e.App
		draft := e.Draft(Plaintiff, Defendant, LargeClaim)
		p := e.Person(Plaintiff)
		err := app.DB.Write(ctx, func(tx *store.Tx) error {
			return tx.Exec(ctx, `INSERT INTO identity_provisional (person, national_code, birth, mobile, state, created_us, changed_us) VALUES ($1, '', 0, '', 'asking', 0, 0)`, p.ID)
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = app.Filing.Freeze(ctx, e.Actor(Plaintiff), draft)
		if m, ok := errors.AsType[*level.Missing](err); !ok || m.Need != identity.RegistryChecked {
			t.Errorf("a record was fixed: %v", err)
		}
		err = app.DB.Write(ctx, func(tx *store.Tx) error {
			return app.Identity.AddProofTx(ctx, tx, identity.Proof{Person: p.ID, Way: identity.ByVideo})
		})
		if err == nil {
			t.Error("a proof was added")
		}
		_, err = app.Mandate.Draft(ctx, e.Actor(Defendant), mandate.NewMandate{
			Kind: mandate.Helper, Taker: p.JudicialID, LastName: p.LastName, Rights: []policy.Right{policy.See}, Until: civil.Of(e.Clock.Now()).Add(30),
		})
		if err == nil {
			t.Error("a mandate was drafted")
		}
	})
}
