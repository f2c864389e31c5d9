// SPDX-License-Identifier: Apache-2.0

package apptest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
)

// TestLifeOfAPetition is the whole way once, on both engines, over HTTP.
func TestLifeOfAPetition(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		e.Person(apptest.Defendant) // has an account, so is served electronically
		f := e.File(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
		if len(f.CaseNumber) != 18 || f.Payment == "" {
			t.Fatalf("filed as %+v", f)
		}
		file := e.As(apptest.Plaintiff).Get("/filings/" + f.ID + "/receipt").Want(http.StatusOK)
		report, err := receipt.Verify([]byte(file.Body), receipt.Options{})
		if err != nil || !strings.Contains(file.Body, "\n") || len(report.Proved) == 0 {
			t.Fatalf("the receipt: %+v, %v", report, err)
		}

		e.Refer(apptest.Judge, f.Case)
		n := e.Serve(apptest.Clerk, f, apptest.Defendant)
		if before := e.As(apptest.Defendant).Get("/inbox/" + n).Want(http.StatusOK); strings.Contains(before.Body, apptest.Narrative) {
			t.Error("the paper is shown before the notice was opened")
		}
		if paper := e.Open(apptest.Defendant, n); !strings.Contains(paper.Body, "قرض دادم") {
			t.Errorf("the opened notice does not show the claim: %s", paper.Text())
		}
		for _, who := range []apptest.Who{apptest.Plaintiff, apptest.Defendant, apptest.Clerk, apptest.Judge} {
			if page := e.As(who).Get("/cases/" + f.Case).Want(http.StatusOK); !strings.Contains(page.Body, f.CaseNumber) {
				t.Errorf("%s does not see the number of the case", who)
			}
		}
		e.Answer(apptest.Defendant, f.Case, n)
		desk := e.As(apptest.Clerk).Get("/court").Want(http.StatusOK)
		if !strings.Contains(desk.Body, f.CaseNumber) {
			t.Errorf("the brief is not on the desk: %s", desk.Text())
		}
	})
}
