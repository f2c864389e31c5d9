// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"strings"
	"testing"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// TestTwoWindows: who chose a client in one window and another one in a second begins
// nothing by mistake for the other, on any of the pages on which a filing starts; what
// was typed stays, and the way on is said.
func TestTwoWindows(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		f := e.File(Plaintiff, Defendant, LargeClaim)
		e.Refer(Judge, f.Case)
		e.Serve(Clerk, f, Defendant)
		later(e)
		director := company(t, e, Stranger, firmName, firmID, firmNumber)
		first, forFirst := contract(t, e, e.Actor(Defendant))
		_, forFirm := contract(t, e, director)
		me := e.As(Lawyer)
		own := me.Get("/cases/enter").Want(http.StatusOK)
		capacity := func(page *Page) string {
			t.Helper()
			fields, ok := page.Form("/filings")
			if !ok || fields.Get("capacity") == "" {
				t.Fatalf("%s carries no capacity: %s", page.Path, page.Text())
			}
			return fields.Get("capacity")
		}
		choose := func(capacity string) { // in the other window
			t.Helper()
			me.PostForm("/capacity", "capacity", capacity).Want(http.StatusSeeOther)
		}
		drafts := func(owner string) int64 {
			t.Helper()
			n, err := store.One[int64](t.Context(), e.App.DB, `SELECT count(*) FROM filing_filing WHERE owner = $1 AND status = 'draft'`, owner)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		none := func(what string, page *Page, status int, says string) *Page {
			t.Helper()
			if page.Status != status || !strings.Contains(page.Text(), says) {
				t.Errorf("%s: %d %s", what, page.Status, page.Text())
			}
			if n := drafts(forFirst.For) + drafts(forFirm.For) + drafts(forFirm.Person); n != 0 {
				t.Fatalf("%s: %d drafts", what, n)
			}
			return page
		}
		lawyer := capacity(own)

		choose(first.Capacity)
		page := me.Get("/filings/new").Want(http.StatusOK)
		if got := capacity(page); got != first.Capacity {
			t.Errorf("drawn for %q, want %q", got, first.Capacity)
		}
		choose(forFirm.Capacity)
		told := none("a title", page.Submit("/filings"), http.StatusUnprocessableEntity, "Now you act for "+firmName)
		none("the window before, once more", page.Submit("/filings"), http.StatusUnprocessableEntity, firmName)

		choose(lawyer)
		none("a title, in the lawyer's own name", page.Submit("/filings"), http.StatusUnprocessableEntity, "in your own name")

		code := e.Person(Defendant).NationalCode
		choose(forFirm.Capacity)
		kept := none("an appearance", own.Submit("/filings", "number", f.CaseNumber, "national_code", code), http.StatusUnprocessableEntity, "it is for the earlier capacity")
		fields, _ := kept.Form("/filings")
		if fields.Get("number") != f.CaseNumber || fields.Get("national_code") != code || fields.Get("capacity") != lawyer {
			t.Errorf("what was typed is lost: %v", fields)
		}

		choose(first.Capacity)
		brief := me.Get("/cases/" + f.Case + "/brief").Want(http.StatusOK)
		choose(forFirm.Capacity)
		none("a brief in a case of the other client", brief.Submit("/filings"), http.StatusConflict, "it is for the earlier capacity")

		// The way on: knowingly for the other one, or back in the earlier capacity.
		told.Submit("/filings").Want(http.StatusOK)
		if a, b := drafts(forFirst.For), drafts(forFirm.For); a != 0 || b != 1 {
			t.Errorf("%d and %d drafts, want one of the company", a, b)
		}
		choose(first.Capacity)
		page.Submit("/filings").Want(http.StatusOK)
		brief.Submit("/filings").Want(http.StatusOK)
		if n := drafts(forFirst.For); n != 2 {
			t.Errorf("%d drafts of the client, want 2", n)
		}
		choose(lawyer)
		kept.Submit("/filings").Want(http.StatusOK)
		if n := drafts(forFirst.Person); n != 1 {
			t.Errorf("%d drafts of the lawyer, want 1", n)
		}
	})
}
