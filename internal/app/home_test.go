// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"strings"
	"testing"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// TestMoveHome: a new address is in every open case at once, with evidence, and on
// the papers that are on their way; the other side reads that it changed, not where
// to; of cases of which the person has not been told nothing is said.
func TestMoveHome(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		const home = "تهران، خیابان نوبهار، پلاک ۱۲، واحد ۳"
		f := e.File(Plaintiff, Defendant, LargeClaim)
		e.Refer(Judge, f.Case)
		e.Serve(Clerk, f, Defendant)
		g := e.File(Plaintiff, Defendant, SmallClaim) // nothing was issued in it yet
		address := func(caseID string, who Who) string {
			t.Helper()
			a, err := store.One[string](t.Context(), e.App.DB, "SELECT address FROM docket_party WHERE case_id = $1 AND person = $2", caseID, e.Person(who).ID)
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		was := address(f.Case, Plaintiff)
		me := e.As(Plaintiff)
		me.Get("/account").Want(http.StatusOK).Link("/account/residence")
		if page := me.Get("/account/residence").Want(http.StatusOK); !strings.Contains(page.Text(), was) {
			t.Errorf("the page does not tell the address: %s", page.Text())
		}
		page := me.Get("/account/residence?province=tehran").Want(http.StatusOK)
		empty := page.Submit("/account/residence").Want(http.StatusUnprocessableEntity).Text() // both faults at once
		if !strings.Contains(empty, "Choose the county.") || !strings.Contains(empty, "Write the whole address") {
			t.Errorf("empty: %s", empty)
		}
		short := page.Submit("/account/residence", "county", "tehran", "address", "اینجا").Want(http.StatusUnprocessableEntity)
		if !strings.Contains(short.Body, "اینجا") {
			t.Error("what was entered is lost")
		}
		short.Submit("/account/residence", "county", "nowhere", "address", home).Want(http.StatusUnprocessableEntity)
		short.Submit("/account/residence", "county", "tehran", "address", home).Want(http.StatusOK)
		for _, id := range []string{f.Case, g.Case} {
			if got := address(id, Plaintiff); got != home {
				t.Errorf("a case has %q", got)
			}
			list, err := store.All[struct {
				Record []byte `db:"record"`
			}](t.Context(), e.App.DB, "SELECT record FROM ledger_entry WHERE owner = $1", id)
			n := 0
			for _, r := range list {
				n += strings.Count(string(r.Record), `"docket.address_changed"`)
			}
			if err != nil || n != 1 {
				t.Errorf("%d records of evidence, %v", n, err)
			}
		}
		if text := e.As(Defendant).Get("/cases/" + f.Case).Want(http.StatusOK).Text(); strings.Contains(text, home) || !strings.Contains(text, "changed the address") {
			t.Errorf("the other side reads: %s", text)
		}

		hidden := address(g.Case, Defendant)
		if n, err := e.App.Docket.MoveHome(t.Context(), e.Actor(Defendant), docket.Home{Address: home + "۴", Province: "tehran", County: "tehran"}); err != nil || n != 1 {
			t.Fatalf("%d cases, %v; the other one is not known to the person", n, err)
		}
		if got := address(g.Case, Defendant); got != hidden {
			t.Error("an act of the person shows in a case that nobody has told them of")
		}
		if n, err := e.App.Docket.MoveHome(t.Context(), e.Actor(Defendant), docket.Home{Address: home + "۴", Province: "tehran", County: "tehran"}); err != nil || n != 0 {
			t.Errorf("the same again changes %d, %v", n, err)
		}
		if err := e.App.Shelter.Hide(t.Context(), e.Actor(Defendant), ""); err != nil {
			t.Fatal(err)
		}
		if _, err := e.App.Docket.MoveHome(t.Context(), e.Actor(Defendant), docket.Home{Address: home, Province: "tehran", County: "tehran"}); !errs.Is(err, errs.Conflict) {
			t.Errorf("a hidden address is written into cases: %v", err)
		}
		e.As(Defendant).Get("/account/residence").Want(http.StatusSeeOther).Follow().Want(http.StatusOK) // where it is hidden
	})
}
