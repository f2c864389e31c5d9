// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Answers are what a person answered, by field: string, int64 or bool (see
// Type). What was not answered is not there.
type Answers map[string]any

// ParseAnswers reads answers that were kept as JSON. Error: Invalid.
func ParseAnswers(data []byte) (Answers, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var m map[string]any
	if err := dec.Decode(&m); err != nil {
		return nil, errs.New(errs.Invalid, "catalogue.wrong") // the cause would quote the answers
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errs.New(errs.Invalid, "catalogue.wrong")
	}
	return Normal(m), nil
}

// Normal gives numbers their one type, int64, whether they come from JSON or
// from Go. Values of no known type stay, for Validate to refuse.
func Normal(m map[string]any) Answers {
	out := make(Answers, len(m))
	for k, v := range m {
		switch n := v.(type) {
		case json.Number:
			if i, err := n.Int64(); err == nil {
				v = i
			}
		case int:
			v = int64(n)
		case float64:
			// Only what a float64 surely holds exactly.
			if i := int64(n); float64(i) == n && i > -1<<53 && i < 1<<53 {
				v = i
			}
		}
		out[k] = v
	}
	return out
}

// answered tells whether there is an answer: no text is none, no is one.
func answered(v any) bool { return v != nil && v != "" }

// Visible tells whether the field is asked, given the answers before it.
func (d *Definition) Visible(name string, answers Answers) bool {
	f, ok := d.c.fields[name]
	if !ok {
		return false
	}
	return d.visible(f, d.activation(d.Prune(answers)))
}

// visible asks on when in doubt: a question too many does less harm than one
// too few.
func (d *Definition) visible(f *field, vars map[string]any) bool {
	if f.def.more {
		return slices.ContainsFunc(f.beside, func(o *field) bool { return d.visible(o, vars) })
	}
	ok, err := f.visible.holds(vars)
	return ok || err != nil
}

// PageVisible tells whether any question of a page is asked.
func (d *Definition) PageVisible(key string, answers Answers) bool {
	return d.pageVisible(key, d.activation(d.Prune(answers)))
}

func (d *Definition) pageVisible(key string, vars map[string]any) bool {
	return slices.ContainsFunc(d.c.order, func(f *field) bool { return f.page == key && d.visible(f, vars) })
}

// Required tells whether the field must be answered; it is not if it is not
// asked.
func (d *Definition) Required(name string, answers Answers) bool {
	f, ok := d.c.fields[name]
	if !ok {
		return false
	}
	vars := d.activation(d.Prune(answers))
	must, err := f.required.holds(vars)
	return d.visible(f, vars) && (must || err != nil)
}

// Decides tells whether the answer to a field decides what is asked on its page:
// whether another field is there or must be answered, or what it offers.
func (d *Definition) Decides(name string) bool {
	f, ok := d.c.fields[name]
	if !ok {
		return false
	}
	for _, other := range d.c.order {
		if other.page != f.page || other == f {
			continue
		}
		if other.def.Of == name || mentions(other.def.Visible, name) || mentions(other.def.Required, name) {
			return true
		}
	}
	return false
}

// mentions tells whether an expression speaks of an answer.
func mentions(expr, name string) bool {
	for _, rest := range strings.Split(expr, answerPrefix+name)[1:] {
		next := rest
		if next == "" || !strings.ContainsAny(next[:1], "abcdefghijklmnopqrstuvwxyz0123456789_") {
			return true
		}
	}
	return false
}

// Prune is the answers without those to fields that are not asked, and without
// empty ones: what is signed and composed. A field is looked at with only the
// visible answers before it, so that a hidden answer hides and shows nothing.
func (d *Definition) Prune(answers Answers) Answers {
	out := Answers{}
	vars := d.activation(nil)
	for _, f := range d.c.order {
		v := answers[f.def.Name]
		if !answered(v) || !d.visible(f, vars) {
			continue
		}
		out[f.def.Name] = v
		if d.fits(f.def.Name, v) {
			vars[answerPrefix+f.def.Name] = v
		}
	}
	return out
}

// fits tells whether a value has the type that CEL was told of.
func (d *Definition) fits(name string, v any) bool {
	switch v.(type) {
	case int64:
		return d.answers[name].Type == "integer"
	case bool:
		return d.answers[name].Type == "boolean"
	case string:
		return d.answers[name].Type == "string"
	}
	return false
}
