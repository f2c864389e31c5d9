// SPDX-License-Identifier: Apache-2.0

package store

import "context"

// Trace is told what the store sends to the engine for one caller, in the
// engine's spelling, while it happens: the benchmark sends the same statements
// again with the bare driver. It is called from one goroutine at a time for one
// context.
type Trace interface {
	// Begin is a transaction that begins; one that is run again begins again.
	Begin()
	// Query is a statement whose rows are read, Exec one that gives none.
	Query(query string, args []any)
	Exec(query string, args []any)
	// Commit is the end of a transaction that is durable.
	Commit()
}

type traceKey struct{}

// WithTrace has t told of everything that is done with the context returned.
func WithTrace(ctx context.Context, t Trace) context.Context {
	return context.WithValue(ctx, traceKey{}, t)
}

func traceOf(ctx context.Context) Trace {
	t, _ := ctx.Value(traceKey{}).(Trace)
	return t
}

func (db *DB) traceQuery(ctx context.Context, query string, args []any) {
	if t := traceOf(ctx); t != nil {
		if q, a, err := db.adapt(query, args); err == nil {
			t.Query(q, a)
		}
	}
}

func (db *DB) traceExec(ctx context.Context, query string, args []any) {
	if t := traceOf(ctx); t != nil {
		if q, a, err := db.adapt(query, args); err == nil {
			t.Exec(q, a)
		}
	}
}

func traceBegin(ctx context.Context) {
	if t := traceOf(ctx); t != nil {
		t.Begin()
	}
}

func traceCommit(ctx context.Context) {
	if t := traceOf(ctx); t != nil {
		t.Commit()
	}
}
