// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/office"
)

// TestLook: without the client's fresh code a look needs a reason, and the
// manager, the inspector and the person read it.
func TestLook(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		const reason = "پیگیری نامهٔ دادگاه دربارهٔ این حساب"
		operator, victim := e.As(Operator), e.Person(Stranger)
		look := func(number, why string) *Page {
			return operator.PostForm("/counter/look", "number", number, "reason", why)
		}
		for _, number := range []string{victim.NationalCode, NationalCode(999)} { // no telling who has an account
			p := look(number, "کنجکاوی")
			if p.Status != http.StatusUnprocessableEntity || strings.Contains(p.Body, victim.LastName) || !strings.Contains(p.Text(), "Write the reason") {
				t.Errorf("without a reason: %d %s", p.Status, p.Text())
			}
		}
		if p := look(victim.NationalCode, reason).Want(http.StatusOK); !strings.Contains(p.Text(), victim.LastName) || strings.Contains(p.Body, victim.NationalCode) {
			t.Errorf("with a reason: %s", p.Text())
		}
		mine := e.As(Stranger).Get("/account").Want(http.StatusOK)
		if !strings.Contains(mine.Text(), reason) {
			t.Error("the person does not read the reason")
		}

		w := e.Walker(830, "+989360000830")
		e.AtCounter(w)
		look(w.NationalCode, "").Want(http.StatusOK) // agreed a moment ago
		p, _, err := e.App.Identity.FindByNationalCode(t.Context(), e.App.DB, w.NationalCode)
		if err != nil {
			t.Fatal(err)
		}
		looks, err := e.App.Identity.Accesses(t.Context(), p.ID)
		if err != nil || !slices.ContainsFunc(looks, func(a identity.AccessRow) bool { return a.Why == "office.access.present" }) {
			t.Errorf("the client is told %v, %v", looks, err)
		}
		// The code was told to one operator, not to the colleagues.
		e.As(Manager).PostForm("/counter/look", "number", w.NationalCode, "reason", "").Want(http.StatusUnprocessableEntity)
		e.Clock.Advance(31 * time.Minute)
		look(w.NationalCode, "").Want(http.StatusUnprocessableEntity)

		for _, who := range []Who{Manager, Inspector, Centre} {
			page := e.As(who).Get("/offices/" + Office + "/report").Want(http.StatusOK)
			if text := page.Text(); !strings.Contains(text, reason) || strings.Contains(text, victim.LastName+" ") {
				t.Errorf("the report for %s: %s", who, text)
			}
		}
		all, flags, err := e.App.Office.Report(t.Context(), e.Actor(Inspector), mustOffice(e), e.Clock.Now().Add(-time.Hour))
		if err != nil || len(flags) != 1 || flags[0].Reason != reason {
			t.Errorf("flags %v, %v", flags, err)
		}
		i := slices.IndexFunc(all, func(x office.Tally) bool { return x.Operator == e.Person(Operator).ID })
		if i < 0 || all[i].Registered != 1 || all[i].Looks != 2 || all[i].Flagged != 1 || all[i].OnSlip != 0 {
			t.Errorf("tallies %+v", all)
		}
	})
}

func mustOffice(e *Env) office.Office {
	e.T.Helper()
	o, err := e.App.Office.Office(e.T.Context(), e.Actor(Centre), Office)
	if err != nil {
		e.T.Fatal(err)
	}
	return o
}
