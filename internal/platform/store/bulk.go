// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// bulkRows is how many rows one statement of a bulk act carries at most. It is
// a power of two, and what is left over goes in smaller powers, so that few
// texts are ever prepared.
const bulkRows = 256

// WriteBulk is one act of n parts that only write, in one transaction: all of
// them or none. fn collects the statements of part i, as in a blind
// transaction; parts are worked out on all processors at once, so fn must be
// safe for that. Rows for the same table then travel together, in statements of
// many rows, and before whatever is no plain insert: no part may rely on the
// rows of another, or on its own order between tables. While the transaction
// runs, SQLite's other writers wait.
func (db *DB) WriteBulk(ctx context.Context, n int, fn func(tx *Tx, i int) error) error {
	traceBegin(ctx)
	parts, err := db.collect(ctx, n, fn)
	if err != nil {
		return mapError(err)
	}
	plan := &Tx{ctx: ctx, db: db, now: db.Now()}
	for _, p := range parts {
		plan.after = append(plan.after, p.after...)
	}
	groups, rest := gather(parts)
	for _, g := range groups {
		plan.blind = append(plan.blind, g.statements()...)
	}
	plan.blind = append(plan.blind, rest...)
	err = db.writer.writePlanned(ctx, plan)
	if err == nil {
		traceCommit(ctx)
	}
	return err
}

// collect runs fn for every part. Each processor has a stretch of them.
func (db *DB) collect(ctx context.Context, n int, fn func(tx *Tx, i int) error) ([]*Tx, error) {
	workers := min(runtime.GOMAXPROCS(0), n)
	if traceOf(ctx) != nil {
		workers = min(1, n) // a trace hears one goroutine
	}
	parts, failed := make([]*Tx, workers), make([]error, workers)
	now := db.Now()
	var wg sync.WaitGroup
	for w := range workers {
		parts[w] = &Tx{ctx: ctx, db: db, now: now}
		wg.Go(func() {
			for i := w * n / workers; i < (w+1)*n/workers && failed[w] == nil; i++ {
				if failed[w] = ctx.Err(); failed[w] == nil {
					failed[w] = runSafely(func(tx *Tx) error { return fn(tx, i) }, parts[w])
				}
			}
		})
	}
	wg.Wait()
	for _, err := range failed {
		if err != nil {
			return nil, err
		}
	}
	return parts, nil
}

// group is the rows of one insert.
type group struct {
	shape insertShape
	rows  [][]any
}

// gather puts plain inserts with the same text together. The rest keeps its
// order.
func gather(parts []*Tx) (groups []*group, rest []statement) {
	byText := map[string]*group{}
	for _, p := range parts {
		for _, s := range p.blind {
			g, seen := byText[s.sql]
			if !seen {
				if shape, ok := shapeOf(s.sql); ok {
					g = &group{shape: shape}
					groups = append(groups, g)
				}
				byText[s.sql] = g
			}
			if g == nil || s.one || len(s.args) != g.shape.columns {
				rest = append(rest, s)
				continue
			}
			g.rows = append(g.rows, s.args)
		}
	}
	return groups, rest
}

// insertShape is an insert of one row, cut at its values.
type insertShape struct {
	head, tail string
	columns    int
}

var reInsert = regexp.MustCompile(`(?s)^(INSERT INTO [a-z0-9_]+ \([a-z0-9_,\s]+\)\s+VALUES )\((\$1(?:, ?\$\d+)*)\)(\s+ON CONFLICT(?: \([a-z0-9_, ]+\))? DO NOTHING)?$`)

// shapes keeps what shapeOf found, by text: an *insertShape, nil for none.
var shapes sync.Map

// shapeOf takes an insert of $1 … $n in this order apart; false for anything
// else.
func shapeOf(text string) (insertShape, bool) {
	known, ok := shapes.Load(text)
	if !ok {
		known, _ = shapes.LoadOrStore(text, parseInsert(text))
	}
	if s, _ := known.(*insertShape); s != nil {
		return *s, true
	}
	return insertShape{}, false
}

func parseInsert(text string) *insertShape {
	m := reInsert.FindStringSubmatch(text)
	if m == nil {
		return nil
	}
	marks := strings.Split(m[2], ",")
	for i, mark := range marks {
		if strings.TrimSpace(mark) != "$"+strconv.Itoa(i+1) {
			return nil
		}
	}
	return &insertShape{head: m[1], tail: m[3], columns: len(marks)}
}

// text is the insert of so many rows.
func (s insertShape) text(rows int) string {
	var b strings.Builder
	b.Grow(len(s.head) + rows*s.columns*7 + len(s.tail))
	b.WriteString(s.head)
	for i := range rows * s.columns {
		switch {
		case i > 0 && i%s.columns == 0:
			b.WriteString("), (")
		case i > 0:
			b.WriteString(", ")
		default:
			b.WriteByte('(')
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(i + 1))
	}
	b.WriteByte(')')
	b.WriteString(s.tail)
	return b.String()
}

// onlyInserts tells whether a blind act is nothing but plain inserts.
func (tx *Tx) onlyInserts() bool {
	for _, s := range tx.blind {
		if _, ok := shapeOf(s.sql); !ok || s.one {
			return false
		}
	}
	return true
}

// statements are the group's rows as statements.
func (g *group) statements() (out []statement) {
	for size, rows := bulkRows, g.rows; len(rows) > 0; {
		if len(rows) < size {
			size /= 2
			continue
		}
		text := g.shape.text(size)
		for ; len(rows) >= size; rows = rows[size:] {
			out = append(out, statement{sql: text, args: slices.Concat(rows[:size]...)})
		}
	}
	return out
}

// ExecRows runs an update for each of rows, which are its arguments, many at a time, and
// tells how many rows of the database it touched. query is a plain "UPDATE … SET … WHERE
// …" of one table whose conditions no two of rows share; arguments are texts, int64,
// bool, Time or bytes.
func ExecRows(ctx context.Context, tx *Tx, query string, rows [][]any) (touched int64, err error) {
	for size := bulkRows; len(rows) > 0; {
		if len(rows) < size {
			size /= 2
			continue
		}
		n, err := tx.ExecN(ctx, manyText(tx.db.engine, query, rows[0], size), slices.Concat(rows[:size]...)...)
		if err != nil {
			return touched, err
		}
		touched, rows = touched+n, rows[size:]
	}
	return touched, nil
}

var reParam = regexp.MustCompile(`\$(\d+)`)

// manyText is an update for so many rows, which stand in a table v of its own.
func manyText(on Engine, query string, row []any, rows int) string {
	names, first := make([]string, len(row)), make([]string, len(row))
	for i, a := range row {
		n := strconv.Itoa(i + 1)
		names[i], first[i] = "p"+n, "CAST($"+n+" AS "+typeOf(on, a)+")" // the types of the first row are those of all
	}
	more := insertShape{columns: len(row)}.text(rows) // ($1, $2), ($3, $4) …
	_, more, _ = strings.Cut(more, ")")
	set, where, _ := strings.Cut(reParam.ReplaceAllString(query, "v.p$1"), " WHERE ")
	return "WITH v(" + strings.Join(names, ", ") + ") AS (VALUES (" + strings.Join(first, ", ") + ")" + more + ") " + set + " FROM v WHERE " + where
}

// typeOf is the type of the column that an argument is for.
func typeOf(on Engine, a any) string {
	switch a.(type) {
	case []byte:
		if on == SQLite {
			return "BLOB"
		}
		return "BYTEA"
	case bool:
		return "BOOLEAN"
	case int64, Time:
		return "BIGINT"
	}
	return "TEXT"
}
