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

func count(t *testing.T, e *apptest.Env, query string, args ...any) int64 {
	t.Helper()
	n, err := store.One[int64](t.Context(), e.App.DB, query, args...)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// evidence counts the records of the filer in the ledger.
func evidence(t *testing.T, e *apptest.Env, person string) int64 {
	t.Helper()
	return count(t, e, `SELECT count(*) FROM ledger_entry WHERE owner = $1`, person)
}

// signable takes a petition to the signature and returns the code sent.
func signable(t *testing.T, e *apptest.Env) (id, code string) {
	t.Helper()
	id = e.Draft(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
	e.Pay(apptest.Plaintiff, id)
	if err := e.App.Filing.SendSignatureCode(t.Context(), e.Actor(apptest.Plaintiff), id); err != nil {
		t.Fatal(err)
	}
	return id, e.Code(e.Person(apptest.Plaintiff).Mobile)
}

// TestSubmitOnce: many clicks with the right code make one case, one evidence,
// one row on the desk; each click sees the same tracking code.
func TestSubmitOnce(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		me := e.Actor(apptest.Plaintiff)
		id, code := signable(t, e)
		before := evidence(t, e, me.Person)
		var wg sync.WaitGroup
		got := make([]string, 8)
		for i := range got {
			wg.Go(func() {
				f, err := e.App.Filing.Submit(t.Context(), me, id, code)
				if err != nil {
					t.Error(err)
				}
				got[i] = f.Tracking
			})
		}
		wg.Wait()
		for _, tracking := range got {
			if tracking == "" || tracking != got[0] {
				t.Fatalf("tracking codes %v, want one", got)
			}
		}
		for what, n := range map[string]int64{
			"cases":    count(t, e, `SELECT count(*) FROM docket_case WHERE filing = $1`, id),
			"evidence": evidence(t, e, me.Person) - before,
			"desk":     count(t, e, `SELECT count(*) FROM filing_desk WHERE filing_id = $1`, id),
			"tracking": count(t, e, `SELECT count(*) FROM filing_tracking WHERE filing_id = $1`, id),
		} {
			if n != 1 {
				t.Errorf("%d %s, want 1", n, what)
			}
		}
	})
}

// TestSubmitIsAllOrNothing: a later statement of the transaction fails, and
// nothing of the act is there; with the obstacle gone the same code submits.
func TestSubmitIsAllOrNothing(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		ctx, me := t.Context(), e.Actor(apptest.Plaintiff)
		id, code := signable(t, e)
		f, _, err := e.App.Filing.Get(ctx, me, id)
		if err != nil {
			t.Fatal(err)
		}
		// A row that is already on the desk makes the last insert fail.
		write := func(query string) {
			t.Helper()
			if err := e.App.DB.Write(ctx, func(tx *store.Tx) error { return tx.ExecOne(ctx, query, f.Unit, id) }); err != nil {
				t.Fatal(err)
			}
		}
		write(`INSERT INTO filing_desk (unit, filing_id, owner, kind, service, case_id, case_number, title_fa, title_en, filer, state, arrived_us)
			VALUES ($1, $2, '', '', '', '', '', '', '', '', 'x', 0)`)
		before := evidence(t, e, me.Person)
		jobs := count(t, e, `SELECT count(*) FROM jobs_job`)
		if _, err := e.App.Filing.Submit(ctx, me, id, code); err == nil {
			t.Fatal("submitted although the desk refused")
		}
		for what, n := range map[string]int64{
			"cases":    count(t, e, `SELECT count(*) FROM docket_case WHERE filing = $1`, id),
			"evidence": evidence(t, e, me.Person) - before,
			"tracking": count(t, e, `SELECT count(*) FROM filing_tracking WHERE filing_id = $1`, id),
			"jobs":     count(t, e, `SELECT count(*) FROM jobs_job`) - jobs,
		} {
			if n != 0 {
				t.Errorf("%d %s of an act that failed", n, what)
			}
		}
		write(`DELETE FROM filing_desk WHERE unit = $1 AND filing_id = $2`)
		if f, err = e.App.Filing.Submit(ctx, me, id, code); err != nil || f.Status != filing.Submitted {
			t.Errorf("after the obstacle was gone: %s, %v", f.Status, err)
		}
	})
}

func TestCodesGuardTheSignature(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	ctx, me := t.Context(), e.Actor(apptest.Plaintiff)
	id, code := signable(t, e)
	if _, err := e.App.Filing.Submit(ctx, me, id, wrongCode(code)); !errs.Is(err, errs.Invalid) {
		t.Errorf("a wrong code: %v, want invalid", err)
	}
	if _, err := e.App.Filing.Submit(ctx, e.Actor(apptest.Stranger), id, code); !errs.Is(err, errs.NotFound) {
		t.Errorf("a stranger with the right code: %v, want not found", err)
	}
	if _, err := e.App.Filing.Submit(ctx, me, id, code); err != nil {
		t.Fatal(err)
	}
	second := e.Draft(apptest.Plaintiff, apptest.Defendant, apptest.SmallClaim)
	e.Pay(apptest.Plaintiff, second)
	if _, err := e.App.Filing.Submit(ctx, me, second, code); err == nil {
		t.Error("a used code signed another filing")
	}
}

// wrongCode is another code.
func wrongCode(code string) string {
	last := code[len(code)-1]
	return code[:len(code)-1] + string('0'+(last-'0'+1)%10)
}

// TestReceiptCoversTheSignedRecord verifies the receipt offline and compares
// its content with what was signed.
func TestReceiptCoversTheSignedRecord(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		filed := e.File(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
		file, f, err := e.App.Filing.Receipt(t.Context(), e.Actor(apptest.Plaintiff), filed.ID)
		if err != nil {
			t.Fatal(err)
		}
		report, err := receipt.Verify(file, receipt.Options{Keys: []string{e.App.Ledger.VKey()}})
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(f.Record)
		if report.ContentHash != hex.EncodeToString(sum[:]) || report.ContentHash != f.Hash {
			t.Errorf("the receipt covers %s, signed was %s", report.ContentHash, f.Hash)
		}
		if report.Event != "filing.submitted" || !report.IssuerChecked || !strings.Contains(string(report.Content), apptest.Narrative) {
			t.Errorf("report %+v", report)
		}
		if !report.Time.Equal(f.Submitted) {
			t.Errorf("the receipt says %s, the filing %s", report.Time, f.Submitted)
		}
	})
}

// TestPaperFile: the owner gets a PDF of what was submitted, nobody gets one of
// a draft.
func TestPaperFile(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	filed := e.File(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
	page := e.As(apptest.Plaintiff).Get("/filings/" + filed.ID + "/paper.pdf").Want(http.StatusOK)
	if !strings.HasPrefix(page.Body, "%PDF-1.") || page.Header.Get("Content-Type") != "application/pdf" {
		t.Errorf("%s: %.20q", page.Header.Get("Content-Type"), page.Body)
	}
	draft := e.Draft(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
	e.As(apptest.Plaintiff).Get("/filings/" + draft + "/paper.pdf").Want(http.StatusNotFound)
	e.As(apptest.Stranger).Get("/filings/" + filed.ID + "/paper.pdf").Want(http.StatusNotFound)
}
