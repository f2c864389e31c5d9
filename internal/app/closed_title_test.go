// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"strings"
	"testing"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/filing"
)

// TestLawyerSignsNoClosedTitle: a draft that the client began under a version that
// is closed to lawyers is signed by the client alone: a lawyer by contract who has
// every right gets no code and no signature, and the paper is not made in his name.
func TestLawyerSignsNoClosedTitle(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, app, client := t.Context(), e.App, e.Actor(Plaintiff)
		f := ready(t, e, client, "petition-debt", Defendant, nil) // before the title was opened to lawyers
		open := e.Draft(Plaintiff, Defendant, LargeClaim)
		later(e)
		e.Again(Plaintiff)
		client = e.Actor(Plaintiff)
		m, lawyer := contract(t, e, client)
		if err := app.Filing.SendSignatureCode(ctx, lawyer, f.ID); code(err) != "filing.not_for_lawyers" {
			t.Errorf("a code for the lawyer: %v", err)
		}
		// One that was sent before this was asked signs nothing either.
		if err := app.Filing.SendSignatureCode(ctx, client, f.ID); err != nil {
			t.Fatal(err)
		}
		number := e.Code(e.Person(Plaintiff).Mobile)
		if _, err := app.Filing.Submit(ctx, lawyer, f.ID, number); code(err) != "filing.not_for_lawyers" {
			t.Errorf("submitted by the lawyer: %v", err)
		}
		me := e.Again(Lawyer)
		me.PostForm("/capacity", "capacity", lawyer.Capacity)
		page := me.Get("/filings/" + f.ID + "/sign").Want(http.StatusOK)
		if len(page.All("[name=code]")) > 0 || !strings.Contains(page.Text(), "has to sign") || strings.Contains(page.Text(), m.Number) {
			t.Errorf("the page does not say that the client signs: %s", page.Text())
		}
		f, err := app.Filing.Submit(ctx, client, f.ID, number)
		if err != nil || f.Status != filing.Submitted {
			t.Errorf("the client himself: %s, %v", f.Status, err)
		}

		// Fixed by the lawyer it does not name him as who signs.
		if f, err = app.Filing.Freeze(ctx, lawyer, open); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(f.Record), `"agent"`) {
			t.Errorf("the record names the lawyer: %s", f.Record)
		}
	})
}
