// SPDX-License-Identifier: Apache-2.0

package web

import (
	"errors"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
)

// Errors is what was wrong with a form, in the visitor's words and in the
// order of the page. A nil *Errors means nothing was.
type Errors struct {
	Items []ErrorItem
}

// ErrorItem is one thing to mend. Field is "" if it concerns no single field.
type ErrorItem struct {
	Field, Words string
}

// Errors reads err, the answer of form.Err or of a service. ok is true if it
// is something the visitor can mend on the same page (errs.Invalid, or
// errs.Conflict and errs.RateLimited with words of their own): show the page
// again with Page.Errors and the form. Otherwise return err from the handler.
// f may be nil; what it found by itself is added if err does not hold it.
func (c *Ctx) Errors(err error, f *form.Form) (_ *Errors, ok bool) {
	e, isOurs := errors.AsType[*errs.Error](err)
	if !isOurs {
		return nil, false
	}
	switch {
	case e.Kind == errs.Invalid:
	case (e.Kind == errs.Conflict || e.Kind == errs.RateLimited) && (len(e.Fields) > 0 || c.P.Has(e.Code)):
	default:
		return nil, false
	}
	out := &Errors{}
	for _, field := range e.Fields {
		out.add(field.Name, c.fieldWords(field))
	}
	if len(e.Fields) == 0 {
		out.add("", c.P.Error(err))
	}
	if f != nil {
		if own, isOurs := errors.AsType[*errs.Error](f.Err()); isOurs {
			for _, field := range own.Fields {
				out.add(field.Name, c.fieldWords(field))
			}
		}
	}
	return out, true
}

// After ends what came of a form: it goes on to a page with the words that flash names,
// or shows the form again with what the visitor can mend. f may be nil.
func (c *Ctx) After(f *form.Form, err error, flash, to string, again func(*Ctx, View) error) error {
	if err == nil {
		c.Flash(flash)
		return c.Redirect(to)
	}
	shown, ok := c.Errors(err, f)
	if !ok {
		return err
	}
	return again(c, c.View(f, shown))
}

func (c *Ctx) fieldWords(f errs.Field) string {
	if c.P.Has(f.Code) {
		return c.P.T(f.Code, f.Args...)
	}
	return c.P.T("form.wrong")
}

// add appends an item, the first of each field only.
func (e *Errors) add(field, words string) {
	for _, have := range e.Items {
		if (field != "" && have.Field == field) || (field == "" && have.Words == words) {
			return
		}
	}
	e.Items = append(e.Items, ErrorItem{Field: field, Words: words})
}

// For is the words for a field, "" if it was right.
func (e *Errors) For(field string) string {
	if e == nil || field == "" {
		return ""
	}
	for _, item := range e.Items {
		if item.Field == field {
			return item.Words
		}
	}
	return ""
}

// fieldID is the HTML id of a field's first control.
func fieldID(name string) string {
	return "f-" + strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_', r == '-':
			return r
		}
		return '-'
	}, name)
}
