// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"maps"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/persian"
)

// Yes and No are the values of a yes-or-no field in a form.
const (
	Yes = "yes"
	No  = "no"
)

// Read reads the fields of one page from a form and returns the answers of the
// draft with these in them, pruned. What is wrong is recorded in f under the
// name of the field, ready for f.Err; so Read is the whole check of a page. The
// answers are returned even then, so that a draft keeps what was right.
func (d *Definition) Read(f *form.Form, page string, draft Answers, l i18n.Lang) Answers {
	out := maps.Clone(draft)
	if out == nil {
		out = Answers{}
	}
	p, ok := d.Page(page)
	if !ok {
		return out
	}
	for _, def := range p.Fields {
		delete(out, def.Name)
		if def.Type == TypeFiles { // they come another way
			f.Known(def.Name)
			continue
		}
		if !d.Visible(def.Name, out) { // what was typed there does not count
			f.Known(def.Name, def.Name+".day", def.Name+".month", def.Name+".year")
			continue
		}
		if v := readField(f, def); answered(v) && !f.Failed(def.Name) {
			out[def.Name] = v
		}
	}
	for _, fault := range d.Validate(out, page) {
		if f.Failed(fault.Name) {
			continue
		}
		f.Fail(fault.Name, fault.Code, inLang(fault.Args, l)...)
	}
	return d.Prune(out)
}

// readField reads one field, empty if it was left empty. Lengths are left to
// Validate, whose words name the field.
func readField(f *form.Form, def FieldDef) any {
	switch def.Type {
	case TypeRials:
		if strings.TrimSpace(f.Raw(def.Name)) == "" {
			return nil
		}
		return f.Rials(def.Name)
	case TypeDate:
		day := f.Day(def.Name, form.Optional)
		if day == 0 {
			return nil
		}
		return day.String()
	case TypeNationalCode:
		return f.NationalCode(def.Name, form.Optional)
	case TypeMobile:
		return f.Mobile(def.Name, form.Optional)
	case TypePostal:
		return f.Postal(def.Name, form.Optional)
	case TypeEntityID:
		return f.LegalID(def.Name, form.Optional)
	case TypeCaseNumber:
		return persian.Identifier(f.Text(def.Name))
	case TypeYesNo:
		switch f.Choice(def.Name, "", Yes, No) {
		case Yes:
			return true
		case No:
			return false
		}
		return nil
	case TypeText:
		return oneLine(f.Text(def.Name, form.Max(int(def.Max)+textSlack)))
	case TypeLongText:
		return f.Text(def.Name, form.Max(int(def.Max)+textSlack))
	}
	return persian.Store(f.Text(def.Name))
}

// textSlack lets Validate see texts that are somewhat too long, so that its
// words say how long they are.
const textSlack = 100_000

// oneLine turns line breaks into spaces: a one-line answer cannot forge lines
// of a paper.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\t' }), " ")
}
