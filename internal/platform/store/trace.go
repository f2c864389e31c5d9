// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"strings"
	"sync"

	"github.com/tarazu/tarazu/internal/platform/obs"
)

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
	note(ctx, query)
	if t := traceOf(ctx); t != nil {
		if q, a, err := db.adapt(query, args); err == nil {
			t.Query(q, a)
		}
	}
}

func (db *DB) traceExec(ctx context.Context, query string, args []any) {
	note(ctx, query)
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

// note tells a span of tracing (package obs) which statement runs: its name,
// never its text or its values.
func note(ctx context.Context, query string) {
	if obs.Tracing(ctx) {
		obs.Note(ctx, statementName(query))
	}
}

var statementNames sync.Map // text -> name

// statementName is what a statement does to which table: "UPDATE jobs_job".
func statementName(query string) string {
	if n, ok := statementNames.Load(query); ok {
		return n.(string)
	}
	words := strings.Fields(query)
	name := "statement"
	if len(words) > 0 {
		name = strings.ToUpper(words[0])
	}
	for i, w := range words[:max(len(words)-1, 0)] {
		if w = strings.ToUpper(w); w == "INTO" || w == "FROM" || w == "UPDATE" && i == 0 {
			if table := strings.Trim(words[i+1], "(),;"); !strings.HasPrefix(table, "$") && strings.ToUpper(table) != "SELECT" {
				name += " " + table
				break
			}
		}
	}
	statementNames.Store(query, name)
	return name
}
