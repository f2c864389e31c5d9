// SPDX-License-Identifier: Apache-2.0

package held

import (
	"context"
	"embed"
	"encoding/json"
	"reflect"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Locale holds the words of this package, fa and en.
//
//go:embed locale/*.json
var Locale embed.FS

// Asked is about whom it is asked, and how many rows of each source at most.
type Asked struct {
	Person       string
	NationalCode string // "" of whoever has none
	Most         int
}

// Kind is how the values of a column are written.
type Kind string

// The kinds. What Go type a column has says the rest.
const (
	Plain    Kind = ""         // text, number, time, day, yes or no, by its type
	Code     Kind = "code"     // written from left to right
	Money    Kind = "money"    // rials
	Country  Kind = "country"  // ISO 3166-1
	Province Kind = "province" // its key
	JSON     Kind = "json"     // in the file only
	File     Kind = "file"     // key of a blob; in the file only
	Service  Kind = "service"  // code of something that people file
	Key      Kind = "key"      // words if it is a key of words, else as it is
	Hidden   Kind = "-"        // in the file only
)

// Column is one column of a source. Its words are held.column.NAME.
type Column struct {
	Name string
	Kind Kind
	Say  string // beginning of the key of the words for a value; "" none
	rest []int
}

// Text is a text in both languages.
type Text struct {
	FA string `json:"fa"`
	EN string `json:"en"`
}

// Source is one kind of thing that a module keeps about people.
type Source struct {
	Name string // key of its words; it begins with the module's name
	SQL  string
	Code bool // $1 is the national code, not the person

	columns []Column
	read    func(ctx context.Context, q store.Querier, whose string, most int) ([]reflect.Value, error)
}

// Set is what a source has about somebody. A value is a string, an int64, a
// bool, a time.Time, a civil.Day, a Text or, of the kind JSON, a
// json.RawMessage.
type Set struct {
	Name    string
	Columns []Column
	Rows    [][]any
	More    bool // there are more rows than were asked for
}

// ByPerson is a source whose rows are found by the person's id.
func ByPerson[T any](name, sql string) Source { return source[T](name, sql, false) }

// ByNationalCode is a source whose rows are found by the national code, because
// they are about people who may have had no account.
func ByNationalCode[T any](name, sql string) Source { return source[T](name, sql, true) }

func source[T any](name, sql string, code bool) Source {
	return Source{
		Name: name, SQL: sql, Code: code, columns: columnsOf(reflect.TypeFor[T]()),
		read: func(ctx context.Context, q store.Querier, whose string, most int) ([]reflect.Value, error) {
			rows, err := store.All[T](ctx, q, sql, whose, most)
			out := make([]reflect.Value, len(rows))
			for i := range rows {
				out[i] = reflect.ValueOf(rows[i])
			}
			return out, err
		},
	}
}

// Columns are what each row has.
func (s Source) Columns() []Column { return s.columns }

// Module is whose source it is.
func (s Source) Module() string { return module(s.Name) }

func module(name string) string {
	m, _, _ := strings.Cut(name, ".")
	return m
}

// Read reads what the source has about somebody.
func (s Source) Read(ctx context.Context, q store.Querier, a Asked) (_ Set, err error) {
	defer errs.Wrap(&err, "held.Read "+s.Name)
	out := Set{Name: s.Name, Columns: s.columns}
	whose := a.Person
	if s.Code {
		whose = a.NationalCode
	}
	if whose == "" {
		return out, nil
	}
	rows, err := s.read(ctx, q, whose, a.Most+1)
	if err != nil {
		return out, err
	}
	if len(rows) > a.Most {
		rows, out.More = rows[:a.Most], true
	}
	for _, r := range rows {
		line := make([]any, len(s.columns))
		for i, c := range s.columns {
			line[i] = c.value(r)
		}
		out.Rows = append(out.Rows, line)
	}
	return out, nil
}

// columnsOf reads the columns from the struct of a row. Two that end in _fa and
// _en are one in both languages.
func columnsOf(t reflect.Type) []Column {
	var out []Column
	for i := range t.NumField() {
		f := t.Field(i)
		c := Column{Name: f.Tag.Get("db"), rest: []int{i}}
		switch how := f.Tag.Get("held"); Kind(how) {
		case Plain, Code, Money, Country, Province, Service, JSON, File, Key, Hidden:
			c.Kind = Kind(how)
		default:
			c.Say = how
		}
		if name, ok := strings.CutSuffix(c.Name, "_en"); ok {
			if last := len(out) - 1; last >= 0 && out[last].Name == name {
				out[last].rest = append(out[last].rest, i)
				continue
			}
		}
		c.Name = strings.TrimSuffix(c.Name, "_fa")
		out = append(out, c)
	}
	return out
}

func (c Column) value(row reflect.Value) any {
	v := row.Field(c.rest[0])
	if len(c.rest) == 2 {
		return Text{FA: v.String(), EN: row.Field(c.rest[1]).String()}
	}
	switch x := v.Interface().(type) {
	case store.Time:
		return x.Time
	case civil.Day:
		return x
	case []byte:
		return raw(x)
	}
	switch {
	case c.Kind == JSON:
		return raw([]byte(v.String()))
	case v.Kind() == reflect.Bool:
		return v.Bool()
	case v.CanInt():
		return v.Int()
	}
	return v.String()
}

// raw is JSON as it is, and everything else as a text in it.
func raw(b []byte) any {
	if len(b) == 0 {
		return ""
	}
	if json.Valid(b) {
		return json.RawMessage(b)
	}
	return string(b)
}

// Empty tells that a value says nothing.
func Empty(v any) bool {
	switch v := v.(type) {
	case string:
		return v == ""
	case time.Time:
		return v.IsZero()
	case civil.Day:
		return v == 0
	case Text:
		return v == Text{}
	}
	return false
}
