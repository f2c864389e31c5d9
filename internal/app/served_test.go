// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// TestPartyReadsWhatItsLawyerWasServed: the party finds the paper from the case
// and is told on whom and when it was served; that is recorded once and changes
// nothing of the service. Nobody else reads it that way; what is in one's own
// account is opened there, also after the mandate has ended.
func TestPartyReadsWhatItsLawyerWasServed(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		w := e.File(Plaintiff, Defendant, LargeClaim)
		e.Person(Defendant)
		e.Refer(Judge, w.Case)
		e.Serve(Clerk, w, Defendant)
		own := e.Letter(Clerk, w.Case, Plaintiff)
		e.RecordLawyer(Clerk, Lawyer, Plaintiff, w.Case)
		id := e.Letter(Clerk, w.Case, Plaintiff)
		at := "/cases/" + w.Case + "/notices/"

		var page *Page
		for range 2 {
			kase := e.As(Plaintiff).Get("/cases/" + w.Case).Want(http.StatusOK)
			if !slices.Contains(kase.Links(), at+id) || slices.Contains(kase.Links(), at+own) {
				t.Errorf("the case leads to %v", kase.Links())
			}
			page = e.As(Plaintiff).Get(at + id).Want(http.StatusOK)
		}
		name := e.Person(Lawyer).Name()
		for _, want := range []string{LetterEN, LetterFA, "Served on your lawyer, " + name + ", on ", "The term runs from the service on your lawyer", "it is not service on you"} {
			if !strings.Contains(page.Text(), want) {
				t.Errorf("the page does not say %q: %s", want, page.Text())
			}
		}
		if fa := e.As(Plaintiff).In("fa").Get(at + id).Want(http.StatusOK); !strings.Contains(fa.Text(), "ابلاغ‌شده به وکیل شما، "+name) {
			t.Errorf("in Persian: %s", fa.Text())
		}
		e.As(Plaintiff).In("en")
		paper := e.API(Plaintiff).Get(at + id).Want(http.StatusOK)
		if paper.Text("paper.fa") != LetterFA || paper.Text("lawyer") != name || paper.Text("runs_from") != paper.Text("served") {
			t.Errorf("the API gives %s", paper.Body)
		}
		count := func(sql string, args ...any) int {
			t.Helper()
			n, err := store.One[int](t.Context(), e.App.DB, sql, args...)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := count(`SELECT count(*) FROM docket_reading WHERE notice = $1 AND evidence <> ''`, id); n != 1 {
			t.Errorf("%d readings are kept", n)
		}
		if n := count(`SELECT count(*) FROM notice_notice WHERE id = $1 AND viewed_us = 0 AND listed_us = 0`, id); n != 1 {
			t.Error("reading the copy opened the notice")
		}

		for _, who := range []Who{Defendant, Stranger} { // the other party sees the case
			e.As(who).Get(at + id).Want(http.StatusNotFound)
			e.API(who).Get(at + id).Want(http.StatusNotFound)
		}
		for _, who := range []Who{Lawyer, Clerk, Judge, OtherClerk} { // he opens it in his inbox; they have the desk
			e.As(who).Get(at + id).Want(http.StatusForbidden)
			e.API(who).Get(at + id).Want(http.StatusForbidden)
		}
		e.As(Plaintiff).Get(at + own).Want(http.StatusNotFound)
		e.API(Plaintiff).Get(at + own).Want(http.StatusNotFound)
		other := e.File(Plaintiff, Defendant, LargeClaim) // under another case of the same party
		e.As(Plaintiff).Get("/cases/" + other.Case + "/notices/" + id).Want(http.StatusNotFound)

		end := "/cases/" + w.Case + "/lawyers/" + e.Person(Lawyer).ID
		e.As(Plaintiff).Get(end).Want(http.StatusOK).Submit(end + "/end").Want(http.StatusOK)
		later := e.Letter(Clerk, w.Case, Plaintiff)
		e.As(Plaintiff).Get(at + later).Want(http.StatusNotFound)
		e.API(Plaintiff).Get(at + later).Want(http.StatusNotFound)
		e.As(Plaintiff).Get("/inbox/" + later).Want(http.StatusOK)
		e.As(Plaintiff).Get(at + id).Want(http.StatusOK) // was served on him while he was the lawyer
		e.As(Lawyer).Get("/cases/" + w.Case).Want(http.StatusNotFound)
	})
}
