// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Flips is a test that whoever changes a single bit in the tables of a module is
// found out.
type Flips struct {
	Tables store.Migrations
	// Rows are conditions that name one row each, by table.
	Rows map[string][]string
	// Unseen are tables and columns ("table.column") that no audit holds to anything,
	// each with the reason. One that is found out all the same is a fault as well.
	Unseen map[string]string
	// Audit tells what is wrong. It is asked before, after, and with every change.
	Audit func() (findings []string, err error)
	// Found looks at what was found in a change; nil: that something was is enough.
	Found func(table, column, row string, findings []string)
}

// Run flips bits in every column of every table, one after another, and puts each
// back. It returns how many there were.
func (f Flips) Run(t *testing.T, db *store.DB) (flips int) {
	t.Helper()
	sound := func(when string) {
		t.Helper()
		if found, err := f.Audit(); err != nil || len(found) != 0 {
			t.Fatalf("%s: %v, %v", when, found, err)
		}
	}
	sound("before")
	met := map[string]bool{}
	tables := columnsOf(t, f.Tables)
	for _, table := range slices.Sorted(maps.Keys(tables)) {
		if f.Unseen[table] != "" {
			met[table] = true
			continue
		}
		if len(f.Rows[table]) == 0 || len(tables[table]) < 3 {
			t.Errorf("no row of %s is changed: name some, or say in Unseen why not", table)
		}
		for _, row := range f.Rows[table] {
			for column, kind := range tables[table] {
				n, unseen := f.column(t, db, table, column, kind, row)
				flips += n
				name := table + "." + column
				met[name] = met[name] || unseen
				if unseen && f.Unseen[name] == "" {
					t.Errorf("%s of %s was changed, and nobody noticed", name, row)
				}
			}
		}
	}
	for name := range f.Unseen {
		if !met[name] {
			t.Errorf("%s is gone, or is found when it changes: take it out of Unseen", name)
		}
	}
	sound("after")
	return flips
}

// column flips bits of one column of one row.
func (f Flips) column(t *testing.T, db *store.DB, table, column, kind, row string) (flips int, unseen bool) {
	t.Helper()
	set := func(value any, where string) error {
		return db.Write(t.Context(), func(tx *store.Tx) error {
			return tx.Exec(t.Context(), `UPDATE `+table+` SET `+column+` = $1 WHERE `+where, value)
		})
	}
	for _, c := range changes(t, db, table, column, kind, row) {
		err := set(c.bad, row)
		if errs.Is(err, errs.Conflict) {
			continue // there is such a row already: the database itself refuses
		}
		if err != nil {
			t.Fatal(err)
		}
		flips++
		found, err := f.Audit()
		if err != nil {
			t.Fatalf("%s.%s of %s: %v", table, column, row, err)
		}
		unseen = unseen || len(found) == 0
		if f.Found != nil && len(found) > 0 {
			f.Found(table, column, row, found)
		}
		if err := set(c.good, renamed(row, column, c.bad)); err != nil {
			t.Fatal(err)
		}
	}
	return flips, unseen
}

var (
	reTable  = regexp.MustCompile(`(?s)CREATE TABLE (\w+) \((.*?)\n\);`)
	reColumn = regexp.MustCompile(`(?m)^\s+(\w+)\s+(TEXT|BYTEA|BIGINT)`)
	reAdded  = regexp.MustCompile(`ALTER TABLE (\w+) ADD COLUMN (\w+) (TEXT|BYTEA|BIGINT)`)
)

// columnsOf are the columns of every table that migrations make, with their types.
func columnsOf(t *testing.T, m store.Migrations) map[string]map[string]string {
	t.Helper()
	out := map[string]map[string]string{}
	files, err := fs.Glob(m.FS, "migrations/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := fs.ReadFile(m.FS, file)
		if err != nil {
			t.Fatal(err)
		}
		for _, made := range reTable.FindAllStringSubmatch(string(text), -1) {
			out[made[1]] = map[string]string{}
			for _, c := range reColumn.FindAllStringSubmatch(made[2], -1) {
				out[made[1]][c[1]] = c[2]
			}
		}
		for _, c := range reAdded.FindAllStringSubmatch(string(text), -1) {
			out[c[1]][c[2]] = c[3]
		}
	}
	return out
}

// change is a value with one bit flipped, and what it was.
type change struct{ bad, good any }

// changes are bits to flip in one column of one row.
func changes(t *testing.T, db *store.DB, table, column, kind, row string) (out []change) {
	t.Helper()
	query := `SELECT ` + column + ` FROM ` + table + ` WHERE ` + row
	if kind == "BIGINT" {
		if good := only[*int64](t, db, query); good != nil {
			for _, bit := range sampled(db, 0, 40) {
				out = append(out, change{*good ^ 1<<bit, *good})
			}
		}
		return out
	}
	var good []byte
	if kind == "TEXT" {
		good = []byte(only[string](t, db, query))
	} else {
		good = append([]byte{}, only[[]byte](t, db, query)...)
	}
	bads := [][]byte{[]byte("x")}
	if len(good) > 0 {
		bads = nil
		for _, at := range sampled(db, 0, len(good)-1, len(good)/2) {
			bad := bytes.Clone(good)
			bad[at] ^= 1
			bads = append(bads, bad)
		}
	}
	for _, bad := range bads {
		if kind == "TEXT" {
			out = append(out, change{string(bad), string(good)})
		} else {
			out = append(out, change{bad, good})
		}
	}
	return out
}

func only[T any](t *testing.T, db *store.DB, query string) T {
	t.Helper()
	list, err := store.All[T](t.Context(), db, query)
	if err != nil || len(list) != 1 {
		t.Fatalf("%s: %d rows, %v", query, len(list), err)
	}
	return list[0]
}

// sampled are all of which on SQLite, and the last on the slower engine.
func sampled(db *store.DB, which ...int) []int {
	if db.Engine() == store.SQLite {
		return slices.Compact(which)
	}
	return which[len(which)-1:]
}

// renamed is how the row is found after the change, if it was found by what
// changed.
func renamed(row, column string, bad any) string {
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
