// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"database/sql"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Querier reads rows: *DB outside a transaction, *Tx inside one.
type Querier interface {
	queryRows(ctx context.Context, query string, args []any) (rows, error)
}

// rows is an answer of either engine: *sql.Rows, or pgx's own. On PostgreSQL
// database/sql is left out of the way, because it boxes every value once more
// and wakes a goroutine for every question.
type rows interface {
	Next() bool
	Scan(dest ...any) error
	Columns() ([]string, error)
	Err() error
	Close() error
}

// All reads every row into a T: a struct whose fields name their columns with
// `db:"…"`, or one scalar column.
func All[T any](ctx context.Context, q Querier, query string, args ...any) ([]T, error) {
	return readRows[T](ctx, q, 0, query, args)
}

// readRows reads up to limit rows, all of them if it is 0.
func readRows[T any](ctx context.Context, q Querier, limit int, query string, args []any) ([]T, error) {
	found, err := q.queryRows(ctx, query, args)
	if err != nil {
		return nil, mapError(err)
	}
	defer found.Close()
	pl, err := planFor(reflect.TypeFor[T](), found)
	if err != nil {
		return nil, err
	}
	var out []T
	// One row is read again and again into the same place: no destinations to
	// find anew, nothing to allocate but what the row itself holds.
	var v, zero T
	dest := make([]any, pl.columns)
	pl.dest(reflect.ValueOf(&v).Elem(), dest)
	for found.Next() {
		v = zero
		if err := found.Scan(dest...); err != nil {
			return nil, mapError(err)
		}
		if out == nil && limit != 1 {
			out = make([]T, 0, firstRows)
		}
		if out = append(out, v); len(out) == limit {
			break
		}
	}
	return out, mapError(found.Err())
}

// firstRows is what a list has room for before it has to grow: most have fewer
// rows, and a page of a list has 51.
const firstRows = 52

// Find reads the first row, if there is one.
func Find[T any](ctx context.Context, q Querier, query string, args ...any) (v T, found bool, err error) {
	all, err := readRows[T](ctx, q, 1, query, args)
	if err != nil || len(all) == 0 {
		return v, false, err
	}
	return all[0], true, nil
}

// One reads the first row; none is a NotFound.
func One[T any](ctx context.Context, q Querier, query string, args ...any) (T, error) {
	v, found, err := Find[T](ctx, q, query, args...)
	if err == nil && !found {
		err = errs.New(errs.NotFound, "").Because(sql.ErrNoRows)
	}
	return v, err
}

// Insert writes one row from the `db` tags of row, which must be a struct.
func Insert(ctx context.Context, tx *Tx, table string, row any) error {
	text, args := insertOf(table, row)
	return tx.Exec(ctx, text, args...)
}

// InsertAll is Insert for many rows, in few statements.
func InsertAll[T any](ctx context.Context, tx *Tx, table string, list []T) error {
	if len(list) == 0 {
		return nil
	}
	text, _ := insertOf(table, list[0])
	shape, _ := shapeOf(text) // insertText writes nothing else
	g := group{shape: shape, rows: make([][]any, len(list))}
	for i, row := range list {
		_, g.rows[i] = insertOf(table, row)
	}
	for _, s := range g.statements() {
		if err := tx.Exec(ctx, s.sql, s.args...); err != nil {
			return err
		}
	}
	return nil
}

// InsertNew is Insert unless a row with one of its keys is there; it tells whether it
// wrote. Where another transaction is just writing such a row it waits for its end,
// and what that wrote can be read then.
func InsertNew(ctx context.Context, tx *Tx, table string, row any) (bool, error) {
	text, args := insertOf(table, row)
	n, err := tx.ExecN(ctx, text+" ON CONFLICT DO NOTHING", args...)
	return n > 0, err
}

func insertOf(table string, row any) (text string, args []any) {
	v := reflect.ValueOf(row)
	fields := fieldsOf(v.Type())
	args = make([]any, len(fields.list))
	for i, f := range fields.list {
		args[i] = v.FieldByIndex(f.index).Interface()
	}
	return insertText(table, fields), args
}

// plan says where each column of a result goes.
type plan struct {
	columns int
	scalar  bool
	index   [][]int
}

func planFor(t reflect.Type, found rows) (plan, error) {
	cols, err := found.Columns()
	if err != nil {
		return plan{}, mapError(err)
	}
	if isScalar(t) {
		if len(cols) != 1 {
			return plan{}, fmt.Errorf("store: %d columns read into one %s", len(cols), t)
		}
		return plan{columns: 1, scalar: true}, nil
	}
	fields := fieldsOf(t)
	pl := plan{columns: len(cols), index: make([][]int, len(cols))}
	for i, c := range cols {
		f, ok := fields.byName[c]
		if !ok {
			return plan{}, fmt.Errorf(`store: %s has no field tagged db:"%s"`, t, c)
		}
		pl.index[i] = f
	}
	return pl, nil
}

func (p plan) dest(v reflect.Value, dest []any) {
	if p.scalar {
		dest[0] = v.Addr().Interface()
		return
	}
	for i, ix := range p.index {
		dest[i] = v.FieldByIndex(ix).Addr().Interface()
	}
}

func isScalar(t reflect.Type) bool {
	return t.Kind() != reflect.Struct || reflect.PointerTo(t).Implements(reflect.TypeFor[sql.Scanner]())
}

// structFields are the tagged fields of a struct, embedded ones included.
type structFields struct {
	list   []field
	byName map[string][]int
}

type field struct {
	name  string
	index []int
}

var fieldMemo sync.Map // reflect.Type -> *structFields

func fieldsOf(t reflect.Type) *structFields {
	if f, ok := fieldMemo.Load(t); ok {
		return f.(*structFields)
	}
	s := &structFields{byName: map[string][]int{}}
	collect(t, nil, s)
	f, _ := fieldMemo.LoadOrStore(t, s)
	return f.(*structFields)
}

func collect(t reflect.Type, prefix []int, s *structFields) {
	for i := range t.NumField() {
		f := t.Field(i)
		index := append(append([]int(nil), prefix...), i)
		name, tagged := f.Tag.Lookup("db")
		switch {
		case tagged && name != "-":
			s.list = append(s.list, field{name: name, index: index})
			s.byName[name] = index
		case f.Anonymous && f.Type.Kind() == reflect.Struct:
			collect(f.Type, index, s)
		}
	}
}

type insertKey struct {
	table  string
	fields *structFields
}

var insertMemo sync.Map // insertKey -> string

func insertText(table string, fields *structFields) string {
	key := insertKey{table, fields}
	if s, ok := insertMemo.Load(key); ok {
		return s.(string)
	}
	var names, marks strings.Builder
	for i, f := range fields.list {
		if i > 0 {
			names.WriteString(", ")
			marks.WriteString(", ")
		}
		names.WriteString(f.name)
		marks.WriteString("$" + strconv.Itoa(i+1))
	}
	s, _ := insertMemo.LoadOrStore(key, "INSERT INTO "+table+" ("+names.String()+") VALUES ("+marks.String()+")")
	return s.(string)
}

// Time is an instant kept as UTC microseconds in a BIGINT column. The zero
// time is kept as 0: it has not happened.
type Time struct{ time.Time }

// At makes a column value of t.
func At(t time.Time) Time { return Time{t} }
