// SPDX-License-Identifier: Apache-2.0

package web

import (
	"slices"

	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// View is what form components need: the words, what was typed (Form may be
// nil) and what was wrong (Errors may be nil).
type View struct {
	P      *i18n.Printer
	Form   *form.Form
	Errors *Errors
}

// View makes the View of a page; both arguments may be nil.
func (c *Ctx) View(f *form.Form, e *Errors) View { return View{P: c.P, Form: f, Errors: e} }

// T is P.T.
func (v View) T(key string, pairs ...any) string { return v.P.T(key, pairs...) }

// Entered tells whether something was typed or chosen in one of the fields.
func (v View) Entered(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return v.value(name, "") != "" })
}

// value is what a field shows: what was typed, else its initial value.
func (v View) value(name, initial string) string {
	if v.Form == nil || !v.Form.Has(name) {
		return initial
	}
	return v.Form.Raw(name)
}

// ticked tells whether an option shows as chosen.
func (v View) ticked(name, value string, initial bool) bool {
	if v.Form == nil {
		return initial
	}
	for _, have := range v.Form.RawAll(name) {
		if have == value {
			return true
		}
	}
	return false
}
