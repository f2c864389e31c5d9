// SPDX-License-Identifier: Apache-2.0

package authority

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

// The court map and the amounts do not change without evidence, and a change
// that changes nothing or is refused leaves none.
func TestTheLawChangesWithEvidence(t *testing.T) {
	each(t, func(t *testing.T, s *Service) {
		ctx, c := t.Context(), country(t)
		hash, err := c.hash()
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Load(ctx, admin, c); err != nil { // the second time
			t.Fatal(err)
		}
		if got := law(t, s.db, eventCountry); len(got) != 1 || !strings.Contains(got[0], `"hash":"`+hash+`"`) {
			t.Fatalf("evidence of the country: %v", got)
		}
		c.Units[0].NameEN = "Renamed"
		if err := s.Load(ctx, admin, c); err != nil {
			t.Fatal(err)
		}
		if got := law(t, s.db, eventCountry); len(got) != 2 || !strings.Contains(got[1], `"before":"`+hash+`"`) {
			t.Fatalf("evidence of the changed country: %v", got)
		}
		change := Threshold{Code: ConciliationLimit, From: day, Value: 7, Citation: Text{"بخشنامه", "Circular"}}
		if err := s.PublishThreshold(ctx, admin, change); err != nil {
			t.Fatal(err)
		}
		change.Value = 0
		if err := s.PublishThreshold(ctx, admin, change); !errs.Is(err, errs.Invalid) {
			t.Fatal(err)
		}
		if got := law(t, s.db, eventThreshold); len(got) != 1 || !strings.Contains(got[0], `"value":7,"version":1`) {
			t.Errorf("evidence of the amount: %v", got)
		}
		bare, err := New(Deps{DB: s.db, Policy: s.policy})
		if err != nil {
			t.Fatal(err)
		}
		change.Value = 8
		if err := bare.PublishThreshold(ctx, admin, change); !errs.Is(err, errs.Internal) {
			t.Errorf("without a ledger: %v", err)
		}
		if all, err := s.Thresholds(ctx, ConciliationLimit); err != nil || len(all) != 2 {
			t.Errorf("an amount without evidence: %v, %v", all, err)
		}
	})
}
