// SPDX-License-Identifier: Apache-2.0

package series_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/notice/series"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// A defendant gets a notice: it has a number, which its page shows; the day
// after it is sealed, and the file proves it. Of the paper nothing stands in the
// file until the notice is opened.
func TestPageAndFile(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx := t.Context()
		f := e.File(Plaintiff, Defendant, LargeClaim)
		e.Refer(Judge, f.Case)
		n := e.Serve(Clerk, f, Defendant)
		settle := func() {
			t.Helper()
			e.Sequence()
			if err := e.App.Series.Number(ctx); err != nil {
				t.Fatal(err)
			}
			e.Sequence()
		}
		settle()
		mine := e.As(Defendant).In("en")
		page := mine.Get(series.Path).Want(http.StatusOK).Text()
		if strings.Contains(page, "⟦") || !strings.Contains(page, "You have 1 notice") || !strings.Contains(page, "after midnight") {
			t.Error(page)
		}
		if text := mine.Get("/inbox/" + n).Want(http.StatusOK).Text(); !strings.Contains(text, "Number in your series 1") {
			t.Errorf("the notice does not show its number:\n%s", text)
		}
		e.Clock.Advance(24 * time.Hour)
		settle()
		mine = e.Again(Defendant).In("en")
		o := receipt.Options{Keys: []string{e.App.Ledger.VKey()}}
		check := func(who *Client) (string, series.Report) {
			t.Helper()
			file := who.Get(series.Path + "/file?days=all").Want(http.StatusOK).Body
			r, err := series.Check([]byte(file), o)
			if err != nil {
				t.Fatalf("%v\n%.300s", err, file)
			}
			return file, r
		}
		file, r := check(mine)
		if r.Lines != 1 || r.Shown != 0 || len(r.Days) != 1 || r.Days[0].New != 1 || r.Person != e.Person(Defendant).ID {
			t.Errorf("%+v", r)
		}
		for _, secret := range []string{f.CaseNumber, e.Person(Plaintiff).LastName, n} {
			if strings.Contains(file, secret) {
				t.Errorf("the file of an unopened notice shows %q", secret)
			}
		}
		e.Open(Defendant, n)
		e.Sequence()
		if _, r = check(mine); r.Shown != 1 {
			t.Errorf("the receipt of the opened notice is not in the file: %+v", r)
		}
		// Nobody has written to the stranger: the first question opens the series,
		// and a second later the file proves that it is empty.
		stranger := e.As(Stranger).In("en")
		if text := stranger.Get(series.Path + "/file").Want(http.StatusOK).Text(); !strings.Contains(text, "needs a second") {
			t.Error(text)
		}
		e.Sequence()
		if _, r = check(stranger); r.Lines != 0 || r.Proved[1] != series.ProvedNone {
			t.Errorf("%+v", r)
		}
		// Who may only see that there are notices gets no paper; who acts in some
		// cases only, or for a lawyer's office, gets nothing.
		sees := e.Acting(Stranger, Defendant, policy.Helper, policy.See)
		b, err := e.App.Series.Export(ctx, sees, 0, true)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := series.Check(b, o); err != nil || r.Shown != 0 || r.Lines != 1 {
			t.Errorf("%+v, %v", r, err)
		}
		some := sees
		some.Only = &policy.Limit{Cases: []string{f.Case}}
		if _, err := e.App.Series.Export(ctx, some, 0, true); err == nil {
			t.Error("somebody who acts in one case has the whole series")
		}
		if looks, err := e.App.Identity.Accesses(ctx, e.Person(Defendant).ID); err != nil || len(looks) == 0 || looks[0].What != "identity.access.acting.inbox" {
			t.Errorf("the look was not recorded: %+v, %v", looks, err)
		}
	})
}
