// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// stagePaper is the evidence of a document, as the modules write it.
func stagePaper(t *testing.T, l *Ledger, event, document string) (id, hash string) {
	t.Helper()
	sum := sha256.Sum256([]byte(document))
	hash = hex.EncodeToString(sum[:])
	err := l.db.WriteBlind(t.Context(), func(tx *store.Tx) (err error) {
		id, err = l.StageTx(t.Context(), tx, Record{Event: event, Owner: "anna", Subject: "f", Actor: "a", Role: "system", ContentHash: hash})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id, hash
}

func TestPapersAreFoundByTheirHash(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Ledger, clk *clock.Fake) {
		stage(t, l, "anna", 3)
		at := clk.Now()
		id, hash := stagePaper(t, l, "filing.paper", "one")
		_, other := stagePaper(t, l, "notice.viewed", "two") // a hash, but of no paper
		if _, err := l.FindPaper(t.Context(), hash); codeOf(err) != "ledger.receipt_pending" {
			t.Errorf("before it has a place: %v", err)
		}
		sequence(t, l, 5)
		p, err := l.FindPaper(t.Context(), hash)
		if err != nil || p.Event != "filing.paper" || !p.Time.Equal(at) || p.Origin != testOrigin || p.Size != 5 {
			t.Errorf("found %+v, %v", p, err)
		}
		for _, unknown := range []string{other, "", "x"} {
			if _, err := l.FindPaper(t.Context(), unknown); !errs.Is(err, errs.NotFound) {
				t.Errorf("%q: %v", unknown, err)
			}
		}
		file, err := l.Receipt(t.Context(), "anna", id)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := receipt.Verify(file, receipt.Options{Keys: []string{l.VKey()}, Paper: hash}); err != nil {
			t.Error(err)
		}
		if _, err := receipt.Verify(file, receipt.Options{Paper: other}); codeOf(err) != "receipt.refused.paper" {
			t.Errorf("another paper: %v", err)
		}
		clean(t, l)

		// The same paper again: the older evidence answers.
		clk.Advance(1e9)
		stagePaper(t, l, "filing.paper", "one")
		sequence(t, l, 1)
		if p, err := l.FindPaper(t.Context(), hash); err != nil || !p.Time.Equal(at) {
			t.Errorf("found %+v, %v; want the first", p, err)
		}
	})
}

// TestTheDirectoryOfPapersIsNotTrusted: a row led astray gives no answer, and
// the audit names it; so it does a row that is gone.
func TestTheDirectoryOfPapersIsNotTrusted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Ledger, _ *clock.Fake) {
		_, hash := stagePaper(t, l, "filing.paper", "one")
		sequence(t, l, 1)
		forged := hash[1:] + hash[:1]
		if n := exec(t, l, `UPDATE ledger_paper SET hash = $1`, forged); n != 1 {
			t.Fatalf("%d rows", n)
		}
		if _, err := l.FindPaper(t.Context(), forged); codeOf(err) != "ledger.corrupt" {
			t.Errorf("a paper that is not in the log: %v", err)
		}
		found, err := l.Audit(t.Context())
		if err != nil || len(found) != 1 || found[0].Code != FoundPaper {
			t.Errorf("audit: %v, %v", found, err)
		}
	})
}
