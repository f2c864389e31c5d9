// SPDX-License-Identifier: Apache-2.0

package store

import (
	"encoding/json"
	"reflect"
	"regexp"
	"sync"
)

// The two spellings that differ between the engines. Statements are written as
// PostgreSQL has them; for SQLite the locking clause is dropped (one writer,
// nothing to skip) and a list parameter becomes a JSON array.
var (
	reLock = regexp.MustCompile(`(?i)\s+FOR\s+UPDATE(\s+SKIP\s+LOCKED)?`)
	reAny  = regexp.MustCompile(`(?i)=\s*ANY\s*\(\s*(\$\d+)\s*\)`)
	memo   sync.Map // PostgreSQL text -> SQLite text
)

// adapt turns a statement into the engine's spelling.
func (db *DB) adapt(query string, args []any) (string, []any, error) {
	if db.engine == Postgres {
		return query, args, nil
	}
	text, ok := memo.Load(query)
	if !ok {
		s := reLock.ReplaceAllString(query, "")
		s = reAny.ReplaceAllString(s, `IN (SELECT value FROM json_each(${1}))`)
		text, _ = memo.LoadOrStore(query, s)
	}
	var out []any
	for i, a := range args {
		list, err := listArg(a)
		if err != nil {
			return "", nil, err
		}
		if list != "" {
			if out == nil {
				out = append([]any(nil), args...)
			}
			out[i] = list
		}
	}
	if out != nil {
		args = out
	}
	return text.(string), args, nil
}

// listArg gives the JSON text of a slice argument, "" for anything else.
func listArg(a any) (string, error) {
	switch a.(type) {
	case nil, []byte, string, int64, int, bool:
		return "", nil
	}
	if reflect.TypeOf(a).Kind() != reflect.Slice {
		return "", nil
	}
	b, err := json.Marshal(a)
	if string(b) == "null" {
		b = []byte("[]")
	}
	return string(b), err
}
