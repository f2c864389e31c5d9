// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"database/sql/driver"
	"reflect"
	"sync"

	"github.com/tarazu/tarazu/internal/platform/store"
)

// statement is one that was sent, with arguments the bare driver takes without
// another conversion.
type statement struct {
	sql  string
	args []any
	read bool
}

// act is what the engine was sent for one act of the program. Its transactions
// are one here: that is the bare driver's best case.
type act struct {
	before, tx, after []statement
}

// tracer collects the statements of one act. It implements store.Trace.
type tracer struct {
	act   act
	open  []statement
	begun bool
	err   error
}

// Begin implements store.Trace.
func (t *tracer) Begin() { t.open, t.begun = nil, true }

// Query implements store.Trace.
func (t *tracer) Query(query string, args []any) { t.add(query, args, true) }

// Exec implements store.Trace.
func (t *tracer) Exec(query string, args []any) { t.add(query, args, false) }

// Commit implements store.Trace.
func (t *tracer) Commit() {
	t.act.tx = append(t.act.tx, t.open...)
	// What was read between two transactions comes before the one there is.
	t.act.before = append(t.act.before, t.act.after...)
	t.open, t.begun, t.act.after = nil, false, nil
}

func (t *tracer) add(query string, args []any, read bool) {
	s := statement{sql: query, args: make([]any, len(args)), read: read}
	for i, a := range args {
		v, err := plain(a)
		if err != nil {
			t.err = err
		}
		s.args[i] = v
	}
	switch {
	case t.begun:
		t.open = append(t.open, s)
	default:
		t.act.after = append(t.act.after, s)
	}
}

// plain turns an argument into what goes over the wire; lists stay.
func plain(a any) (any, error) {
	if v := reflect.ValueOf(a); v.IsValid() && v.Kind() == reflect.Slice && v.Type().Elem().Kind() != reflect.Uint8 {
		return a, nil
	}
	return driver.DefaultParameterConverter.ConvertValue(a)
}

// traced runs acts with a tracer each and returns what they sent.
func traced(ctx context.Context, clients, n int, do func(ctx context.Context, i int) error) ([]act, error) {
	out := make([]act, n)
	var mu sync.Mutex
	_, err := closed(ctx, load{clients: clients, most: n}, func(ctx context.Context, i int) error {
		t := &tracer{}
		if err := do(store.WithTrace(ctx, t), i); err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		out[i] = t.act
		return t.err
	})
	return out, err
}
