// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// law lists the contents of the evidence of an event, the oldest first.
func law(t *testing.T, db *store.DB, event string) (contents []string) {
	t.Helper()
	type row struct {
		Record  []byte `db:"record"`
		Content []byte `db:"content"`
	}
	rows, err := store.All[row](t.Context(), db, `SELECT record, content FROM ledger_entry WHERE owner = 'law' ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if strings.Contains(string(r.Record), event) {
			contents = append(contents, string(r.Content))
		}
	}
	return contents
}

// testLedger is a ledger with a new key.
func testLedger(t *testing.T, db *store.DB, clk *clock.Fake) *ledger.Ledger {
	t.Helper()
	const origin = "log.tarazu.example/test"
	key, _, err := ledger.NewKey(origin)
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.New(ledger.Deps{DB: db, Clock: clk, Signer: key.Signer(), Verifier: key.VKey(), Origin: origin})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// What people are asked and what they pay does not change without evidence; a
// start that installs nothing new leaves none.
func TestPublishingLeavesEvidence(t *testing.T) {
	each(t, func(t *testing.T, s, other *Service) { // both have installed
		ctx := t.Context()
		n := len(embedded(t))
		if got := law(t, s.db, eventPublished); len(got) != n || !strings.Contains(got[0], `"origin":"embedded"`) {
			t.Fatalf("evidence of the embedded services: %v", got)
		}
		body := next(t, "2", "2025-06-01")
		if _, err := s.Publish(ctx, admin, body); err != nil {
			t.Fatal(err)
		}
		if _, err := other.Publish(ctx, admin, body); !errs.Is(err, errs.Conflict) {
			t.Fatalf("the same number again: %v", err)
		}
		got := law(t, s.db, eventPublished)
		if len(got) != n+1 || !strings.Contains(got[n], `"hash":"`+hashOf(body)+`"`) || !strings.Contains(got[n], `"version":2`) {
			t.Fatalf("evidence of version 2: %v", got)
		}
		fee := []byte(`{"code":"form_sheet","from":"2025-06-01","kind":"each","amount":31000,"round_to":1,` +
			`"label":{"fa":"برگ","en":"Sheet"},"citation":{"fa":"جدول","en":"Table"}}`)
		if _, err := s.PublishFee(ctx, admin, fee); err != nil {
			t.Fatal(err)
		}
		if got := law(t, s.db, eventFee); len(got) != 1 || !strings.Contains(got[0], `"amount":31000`) || !strings.Contains(got[0], hashOf(fee)) {
			t.Errorf("evidence of the fee: %v", got)
		}
		bare, err := New(Deps{DB: s.db, Clock: s.clock, Policy: s.policy, Authority: s.authority})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := bare.PublishFee(ctx, admin, fee); !errs.Is(err, errs.Internal) {
			t.Errorf("without a ledger: %v", err)
		}
		if all, err := s.FeeTable(ctx, "form_sheet"); err != nil || len(all) != 2 {
			t.Errorf("a fee without evidence: %v, %v", all, err)
		}
	})
}
