// SPDX-License-Identifier: Apache-2.0

package filing_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// TestPaperIsMadeOnce: however often the job runs, also at the same moment,
// there is one paper in each language, with one evidence behind that of the
// submission, and everybody gets the same bytes.
func TestPaperIsMadeOnce(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		ctx, me, s := t.Context(), e.Actor(apptest.Plaintiff), e.App.Filing
		e.Person(apptest.Defendant)
		f := e.File(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
		first, kept, err := s.PaperFile(ctx, me, f.ID, "fa")
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				err := e.App.DB.Write(ctx, func(tx *store.Tx) error {
					return e.App.Jobs.PublishTx(ctx, tx, filing.EventSubmitted{Owner: kept.Owner, Filing: f.ID})
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		e.Drain()
		e.Sequence()
		again, _, err := s.PaperFile(ctx, me, f.ID, "fa")
		if err != nil || string(again) != string(first) {
			t.Errorf("the paper changed, %v", err)
		}
		n, err := store.One[int](ctx, e.App.DB, `SELECT count(*) FROM ledger_paper`)
		if err != nil || n != 2 {
			t.Errorf("%d evidences of papers, %v; want one for each language", n, err)
		}

		file, _, err := s.PaperReceipt(ctx, me, f.ID, "fa")
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(first)
		report, err := receipt.Verify(file, receipt.Options{Paper: hex.EncodeToString(sum[:])})
		if err != nil || report.Event != "filing.paper" {
			t.Errorf("the receipt of the paper: %+v, %v", report, err)
		}
		if found, err := e.App.Ledger.FindPaper(ctx, hex.EncodeToString(sum[:])); err != nil || found.Event != "filing.paper" {
			t.Errorf("the log finds %+v, %v", found, err)
		}

		e.Refer(apptest.Judge, f.Case)
		opened := e.Open(apptest.Defendant, e.Serve(apptest.Clerk, f, apptest.Defendant))
		link := opened.Link("/cases/" + f.Case + "/files/")
		other := e.As(apptest.Defendant).In("fa").Get(link + "/paper.pdf").Want(http.StatusOK)
		if other.Body != string(first) {
			t.Error("the other party gets another paper")
		}
	})
}

// TestDonePageWaitsForThePaper: the page says what is still being made, asks
// again by itself, and stops when all is there.
func TestDonePageWaitsForThePaper(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	draft := e.Draft(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
	e.Pay(apptest.Plaintiff, draft)
	me, base := e.As(apptest.Plaintiff), "/filings/"+draft
	page := me.Get(base + "/sign").Want(http.StatusOK).Submit(base + "/sign/code").Want(http.StatusOK)
	done := page.Submit(base+"/sign", "code", e.Code(e.Person(apptest.Plaintiff).Mobile)).Want(http.StatusOK)
	state := func(p *apptest.Page, waits bool, links ...string) {
		t.Helper()
		if got := len(p.All("[data-refresh]")) > 0; got != waits {
			t.Errorf("the page waits: %v", got)
		}
		for _, l := range []string{"/receipt", "/paper.pdf", "/paper.pdf/receipt"} {
			want := false
			for _, x := range links {
				want = want || x == l
			}
			if got := strings.Contains(p.Body, `"`+base+l+`"`); got != want {
				t.Errorf("%s is offered: %v", l, got)
			}
		}
	}
	state(done, true)
	if p := me.Get(base + "/paper.pdf").Want(http.StatusNotFound); !strings.Contains(p.Text(), "few seconds") {
		t.Errorf("before it is made: %s", p.Text())
	}
	e.Drain()
	state(me.Get(base+"/done"), true, "/paper.pdf")
	e.Sequence()
	state(me.Get(base+"/done"), false, "/receipt", "/paper.pdf", "/paper.pdf/receipt")
	me.Get(base + "/paper.pdf/receipt").Want(http.StatusOK)
}

// TestLostPaper: bytes that are gone or changed are never passed off as the
// paper.
func TestLostPaper(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	f := e.File(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
	err := e.App.DB.Write(t.Context(), func(tx *store.Tx) error {
		return tx.Exec(t.Context(), `UPDATE filing_paper SET blob = 'filing/none'`)
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := e.App.Filing.PaperFile(t.Context(), e.Actor(apptest.Plaintiff), f.ID, "fa"); !errs.Is(err, errs.Internal) {
		t.Errorf("a lost paper: %v", err)
	}
}
