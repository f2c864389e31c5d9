// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
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

var (
	reTable  = regexp.MustCompile(`(?s)CREATE TABLE (\w+) \((.*?)\n\);`)
	reColumn = regexp.MustCompile(`(?m)^  (\w+) (TEXT|BYTEA|BIGINT)`)
	reAdded  = regexp.MustCompile(`ALTER TABLE (\w+) ADD COLUMN (\w+) (TEXT|BYTEA|BIGINT)`)
)

// columns of every table of this package, from its migrations.
func columns(t *testing.T) map[string]map[string]string {
	t.Helper()
	out := map[string]map[string]string{}
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := fs.ReadFile(migrations, file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range reTable.FindAllStringSubmatch(string(text), -1) {
			out[m[1]] = map[string]string{}
			for _, c := range reColumn.FindAllStringSubmatch(m[2], -1) {
				out[m[1]][c[1]] = c[2]
			}
		}
		for _, m := range reAdded.FindAllStringSubmatch(string(text), -1) {
			out[m[1]][m[2]] = m[3]
		}
	}
	return out
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
		if found, err := l.AuditAll(ctx); err != nil || len(found) != 0 {
			t.Fatalf("%v, %v", found, err)
		}
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
		met := map[string]bool{}
		tables := columns(t)
		flips := 0
		for _, table := range slices.Sorted(maps.Keys(tables)) {
			if notAudited[table] != "" {
				met[table] = true
				continue
			}
			if len(where[table]) == 0 || len(tables[table]) < 3 {
				t.Errorf("no row of %s is changed: name some, or say in notAudited why not", table)
			}
			for _, row := range where[table] {
				for column, kind := range tables[table] {
					name := table + "." + column
					unseen := false
					for _, bad := range flipped(t, l, table, column, kind, row) {
						err := l.db.Write(ctx, func(tx *store.Tx) error {
							return tx.Exec(ctx, `UPDATE `+table+` SET `+column+` = $1 WHERE `+row, bad.bad)
						})
						if errs.Is(err, errs.Conflict) {
							continue // there is such a row already: the database itself refuses
						}
						if err != nil {
							t.Fatal(err)
						}
						flips++
						found, err := l.AuditAll(ctx)
						if err != nil {
							t.Fatalf("%s of %s: %v", name, row, err)
						}
						unseen = unseen || len(found) == 0
						if table == "ledger_entry" && column != "id" && column != "origin" && len(found) > 0 && !slices.ContainsFunc(found, func(f Finding) bool { return f.ID != "" }) {
							t.Errorf("%s of %s: no entry is named: %v", name, row, found)
						}
						exec(t, l, `UPDATE `+table+` SET `+column+` = $1 WHERE `+again(row, column, bad.bad), bad.good)
					}
					met[name] = met[name] || unseen
					if unseen && notAudited[name] == "" {
						t.Errorf("%s of %s was changed, and nobody noticed", name, row)
					}
				}
			}
		}
		for name := range notAudited {
			if !met[name] {
				t.Errorf("%s is gone, or is found when it changes: take it out of notAudited", name)
			}
		}
		if found, err := l.AuditAll(ctx); err != nil || len(found) != 0 || flips < 100 {
			t.Errorf("after %d changes: %v, %v", flips, found, err)
		}
		// A whole log that is gone is noticed by what it leaves.
		exec(t, l, `DELETE FROM ledger_head`)
		if found, err := l.AuditAll(ctx); err != nil || len(found) == 0 {
			t.Errorf("no heads: %v, %v", found, err)
		}
	})
}

// change is a value with one bit flipped, and what it was.
type change struct{ bad, good any }

// flipped are changes of one column of one row.
func flipped(t *testing.T, l *Ledger, table, column, kind, row string) (out []change) {
	t.Helper()
	query := `SELECT ` + column + ` FROM ` + table + ` WHERE ` + row
	one := func(n int) {
		t.Helper()
		if n != 1 {
			t.Fatalf("%s: %d rows", query, n)
		}
	}
	var good []byte
	switch kind {
	case "BIGINT":
		list, err := store.All[*int64](t.Context(), l.db, query)
		if err != nil {
			t.Fatal(err)
		}
		one(len(list))
		if list[0] == nil { // no place yet
			return nil
		}
		for _, bit := range sampled(l, 0, 40) {
			out = append(out, change{*list[0] ^ 1<<bit, *list[0]})
		}
		return out
	case "TEXT":
		list, err := store.All[string](t.Context(), l.db, query)
		if err != nil {
			t.Fatal(err)
		}
		one(len(list))
		good = []byte(list[0])
	default:
		list, err := store.All[[]byte](t.Context(), l.db, query)
		if err != nil {
			t.Fatal(err)
		}
		one(len(list))
		good = list[0]
	}
	var bads [][]byte
	if len(good) == 0 {
		bads = append(bads, []byte("x"))
	} else {
		for _, at := range sampled(l, 0, len(good)-1, len(good)/2) {
			bad := bytes.Clone(good)
			bad[at] ^= 1
			bads = append(bads, bad)
		}
	}
	for _, bad := range bads {
		if kind == "TEXT" {
			out = append(out, change{string(bad), string(good)})
		} else {
			out = append(out, change{bad, append([]byte{}, good...)})
		}
	}
	return out
}

// sampled are all of which on SQLite, and the last on the slower engine.
func sampled(l *Ledger, which ...int) []int {
	if l.db.Engine() == store.SQLite {
		return slices.Compact(which)
	}
	return which[len(which)-1:]
}

// again is how the row is found after the change, if it was found by what
// changed.
func again(row, column string, bad any) string {
	parts := strings.Split(row, " AND ")
	for i, p := range parts {
		if strings.HasPrefix(p, column+" = ") {
			switch bad := bad.(type) {
			case string:
				parts[i] = column + " = '" + bad + "'"
			case int64:
				parts[i] = fmt.Sprintf("%s = %d", column, bad)
			}
		}
	}
	return strings.Join(parts, " AND ")
}
