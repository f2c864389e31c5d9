// SPDX-License-Identifier: Apache-2.0

package filing_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
)

// TestVersions: the filer and the desk see every signed version with what it
// changed, and get its own paper and receipt; others are told that there is none.
func TestVersions(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		f := halted(t, e)
		e.Sequence()
		mine, desk := "/filings/"+f.ID+"/versions", "/court/filings/"+f.ID+"/versions"
		me, clerk := e.As(apptest.Plaintiff), e.As(apptest.Clerk)
		for _, p := range []*apptest.Page{me.Get(mine).Want(http.StatusOK), clerk.Get(desk).Want(http.StatusOK)} {
			if n := len(p.All("[download]")); n != 2 || !strings.Contains(p.Text(), "Version 1") {
				t.Errorf("before it is mended, %d downloads: %s", n, p.Text())
			}
		}
		me.Get("/filings/" + f.ID + "/mend").Want(http.StatusOK).Link(mine)
		first := me.Get(mine + "/0/paper.pdf").Want(http.StatusOK).Body
		event := func(c *apptest.Client, path string) string { // of a receipt
			t.Helper()
			report, err := receipt.Verify([]byte(c.Get(path).Want(http.StatusOK).Body), receipt.Options{})
			if err != nil {
				t.Error(err)
			}
			return report.Event
		}

		code := mend(t, e, f, apptest.LargeClaim)
		if _, err := e.App.Filing.Submit(t.Context(), e.Actor(apptest.Plaintiff), f.ID, code); err != nil {
			t.Fatal(err)
		}
		e.Drain()
		e.Sequence()
		me.Get("/filings/" + f.ID + "/done").Want(http.StatusOK).Link(mine)
		clerk.Get("/court/filings/" + f.ID).Want(http.StatusOK).Link(desk)
		for base, c := range map[string]*apptest.Client{mine: me, desk: clerk} {
			p := c.Get(base).Want(http.StatusOK)
			if n := len(p.All("[download]")); n != 4 || !strings.Contains(p.Text(), clearer) || !strings.Contains(p.Text(), apptest.Narrative[:40]) {
				t.Errorf("%s: %d downloads, or not what was changed: %s", base, n, p.Text())
			}
			if c.Get(base+"/0/paper.pdf").Want(http.StatusOK).Body != first || event(c, base+"/0/receipt") != "filing.submitted" {
				t.Errorf("%s: the first version is not what it was", base)
			}
			if c.Get(base+"/1/paper.pdf").Want(http.StatusOK).Body == first || event(c, base+"/1/receipt") != "filing.mended" {
				t.Errorf("%s: the second version is the first", base)
			}
			for _, none := range []string{"/2/paper.pdf", "/-1/receipt", "/x/paper.pdf"} {
				c.Get(base + none).Want(http.StatusNotFound)
			}
		}
		for _, tail := range []string{"", "/0/paper.pdf", "/0/receipt"} {
			e.As(apptest.Stranger).Get(mine + tail).Want(http.StatusNotFound)
			e.As(apptest.Defendant).Get(mine + tail).Want(http.StatusNotFound)
			e.As(apptest.OtherClerk).Get(desk + tail).Want(http.StatusNotFound)
		}
		draft := e.Draft(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
		me.Get("/filings/" + draft + "/versions").Want(http.StatusNotFound)
	})
}
