// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

// notAudited are the tables and columns that no audit is to hold to anything,
// each with the reason. Whatever else there is must be found when it changes.
var notAudited = map[string]string{
	"ledger_lease":            "who works now; what comes of it is signed",
	"ledger_audit":            "what audits came to; the next one finds the same again",
	"ledger_witness.state":    "how it answered last; it is asked again within the minute",
	"ledger_witness.asked_us": "when it was asked last",
	"ledger_checkpoint.at_us": "our own clock, for operators; nothing is proved by it. What witnesses and the time-stamping authority say is signed",
}

// TestEveryFlippedBitIsFound flips bits in every column of every table, in rows
// of a log that has ended and of the one that goes on, one after another, and
// puts each back. What is not to be found stands in notAudited, and nothing
// else does.
func TestEveryFlippedBitIsFound(t *testing.T) {
	t.Parallel()
	chained(t, func(t *testing.T, l *Ledger, clk *clock.Fake) {
		ctx := t.Context()
		withWitnesses(t, l, 1, 1)
		authority := withStamps(l, clk)
		l.checkStamp = func(s Stamp, digest [32]byte) (Stamp, error) { // the real one holds the token to the root
			given, there := authority.given[string(s.Token)]
			if !there || !bytes.Equal(s.Token, digest[:]) || !bytes.Equal(s.Root, given.Root) {
				return s, errors.New("another digest or root")
			}
			return given, nil
		}
		grow := func(n int) {
			t.Helper()
			stage(t, l, "o", n)
			sum := sha256.Sum256(fmt.Append(nil, n))
			err := l.db.Write(ctx, func(tx *store.Tx) error {
				_, err := l.StageTx(ctx, tx, Record{Event: "filing.paper", Owner: "o", ContentHash: fmt.Sprintf("%x", sum)})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			sequence(t, l, n+1)
			cosign(t, l, 1)
			mustStamp(t, l, true)
		}
		grow(260)
		turnSame(t, l)
		cosign(t, l, 1)
		mustStamp(t, l, true) // the end
		grow(3)
		waiting := stage(t, l, "o", 1)[0]
		second := l.Origin()
		byID := func(origin string, index int64) string { return "id = '" + closingAt(t, l, origin, index) + "'" }
		// Which rows are changed: each is one row.
		where := map[string][]string{
			"ledger_entry": {
				byID(testOrigin, 100), byID(testOrigin, 260), byID(testOrigin, 261), byID(second, 0), "id = '" + waiting.id + "'",
			},
			"ledger_head":        {"origin = '" + testOrigin + "'", "origin = '" + second + "'"},
			"ledger_tile":        {"level = 0 AND n = 0 AND origin = '" + testOrigin + "'", "level = 0 AND n = 1", "level = 1", "origin = '" + second + "'"},
			"ledger_checkpoint":  {"origin = '" + testOrigin + "' AND size = 261", "origin = '" + testOrigin + "' AND size = 262", "origin = '" + second + "' AND size = 1"},
			"ledger_paper":       {fmt.Sprintf("hash = '%x'", sha256.Sum256([]byte("260")))},
			"ledger_stamp":       {"origin = '" + testOrigin + "' AND size = 261", "origin = '" + second + "'"},
			"ledger_cosignature": {"origin = '" + testOrigin + "' AND size = 261", "origin = '" + second + "' AND size = 1", "origin = '" + second + "' AND size = 5"},
			"ledger_witness":     {"origin = '" + testOrigin + "'", "origin = '" + second + "'"},
		}
		named := false // one of the findings of the last audit names an entry
		flips := storetest.Flips{
			Tables: Migrations, Rows: where, Unseen: notAudited,
			Audit: func() (out []string, err error) {
				found, err := l.AuditAll(ctx)
				named = slices.ContainsFunc(found, func(f Finding) bool { return f.ID != "" })
				for _, f := range found {
					out = append(out, f.String())
				}
				return out, err
			},
			Found: func(table, column, row string, findings []string) {
				if table == "ledger_entry" && column != "id" && column != "origin" && !named {
					t.Errorf("%s of %s: no entry is named: %v", column, row, findings)
				}
			},
		}
		if n := flips.Run(t, l.db); n < 100 {
			t.Errorf("only %d changes", n)
		}
		// A whole log that is gone is noticed by what it leaves.
		exec(t, l, `DELETE FROM ledger_head`)
		if found, err := l.AuditAll(ctx); err != nil || len(found) == 0 {
			t.Errorf("no heads: %v, %v", found, err)
		}
	})
}
