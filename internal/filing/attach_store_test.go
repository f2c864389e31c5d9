// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

// TestAttachedRows: the files of one filing come in the order in which they
// were attached, and the same bytes are kept once for each question.
func TestAttachedRows(t *testing.T) {
	t.Parallel()
	storetest.Each(t, []store.Migrations{Migrations}, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		ctx := t.Context()
		put := func(owner, filing, id, field, sum string) error {
			clk.Advance(time.Second)
			return db.Write(ctx, func(tx *store.Tx) error {
				return store.Insert(ctx, tx, "filing_attachment", attachedRow{
					Owner: owner, Filing: filing, ID: id, Field: field, Name: "a.pdf", Type: "application/pdf", Bytes: 7, SHA256: sum,
					Pages: 2, Blob: "k/" + id, Created: store.At(tx.Now()),
				})
			})
		}
		for _, r := range [][5]string{{"o1", "f1", "2", "deed", "s1"}, {"o1", "f1", "1", "deed", "s2"}, {"o1", "f1", "3", "photo", "s1"}, {"o2", "f1", "4", "deed", "s1"}, {"o1", "f2", "5", "deed", "s1"}} {
			if err := put(r[0], r[1], r[2], r[3], r[4]); err != nil {
				t.Fatal(err)
			}
		}
		if err := put("o1", "f1", "6", "deed", "s1"); !errs.Is(err, errs.Conflict) {
			t.Errorf("the same bytes twice for one question: %v", err)
		}
		got, err := attached(ctx, db, "o1", "f1")
		if err != nil || len(got) != 3 || got[0].ID != "2" || got[1].ID != "1" || got[2].Field != "photo" || got[0].Pages != 2 || got[0].blob != "k/2" {
			t.Errorf("attached: %+v, %v", got, err)
		}
	})
}
