// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"errors"
	"maps"
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// Validate is what is wrong with the answers to one page, or with all of them
// if page is "": at most one fault for each field, in the order of the pages.
// Answers to fields that are not asked do not count; an answer to no field is a
// fault. The codes have words in the locale files; their Args hold label, a
// Text, which Read puts into the reader’s language.
func (d *Definition) Validate(answers Answers, page string) []errs.Field {
	pruned := d.Prune(answers)
	vars := d.activation(pruned)
	faults := map[string]errs.Field{}
	fail := func(name, code string, args ...any) {
		if _, ok := faults[name]; !ok {
			code, args := d.ownWords(name, code, args)
			faults[name] = errs.Field{Name: name, Code: code, Args: append(args, "label", d.label(name))}
		}
	}
	for _, f := range d.c.order {
		if f.def.Type == TypeFiles { // whether they are there is not in the answers
			continue
		}
		must, err := f.required.holds(vars)
		if _, there := pruned[f.def.Name]; !there && (must || err != nil) && d.visible(f, vars) {
			fail(f.def.Name, requiredCode(f.def.Type))
		}
	}
	d.checkShapes(pruned, fail)
	d.checkPlaces(pruned, fail)
	d.checkCopies(pruned, fail)
	for _, r := range d.c.rules {
		if _, there := pruned[r.field]; !there {
			continue
		}
		if _, bad := faults[r.field]; bad {
			continue
		}
		if ok, err := r.check.holds(vars); !ok || err != nil {
			fail(r.field, ownCode, "message", d.rules[r.index].Message)
		}
	}
	var out []errs.Field
	for _, f := range d.c.order {
		if fault, bad := faults[f.def.Name]; bad && (page == "" || page == f.page) {
			out = append(out, fault)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(answers)) {
		if _, known := d.answers[name]; !known {
			out = append(out, errs.Field{Name: name, Code: "catalogue.unknown"})
		}
	}
	return out
}

// ownCode is the code of a fault whose words stand in the definition; they are
// its argument message.
const ownCode = "catalogue.own"

// ownWords replaces a fault by the words that the definition has for it.
func (d *Definition) ownWords(name, code string, args []any) (string, []any) {
	f, ok := d.c.fields[name]
	if !ok || code == ownCode {
		return code, args
	}
	own := "wrong"
	if code == requiredCode(f.def.Type) {
		own = "required"
	}
	if t, ok := f.def.Errors[own]; ok {
		return ownCode, []any{"message", t}
	}
	return code, args
}

// checkShapes compares with the JSON Schema.
func (d *Definition) checkShapes(answers Answers, fail func(name, code string, args ...any)) {
	doc := make(map[string]any, len(answers))
	for k, v := range answers {
		doc[k] = v
	}
	bad, ok := errors.AsType[*jsonschema.ValidationError](d.c.schema.Validate(doc))
	if !ok {
		return
	}
	for _, e := range leaves(bad) {
		if len(e.InstanceLocation) == 0 {
			continue // an unknown answer; Prune has dropped it already
		}
		code, args := faultOf(e.ErrorKind)
		fail(e.InstanceLocation[0], code, args...)
	}
}

// faultOf is the locale key of a fault that JSON Schema found.
func faultOf(k jsonschema.ErrorKind) (string, []any) {
	switch k := k.(type) {
	case *kind.MinLength:
		return "catalogue.too_short", []any{"min", k.Want}
	case *kind.MaxLength:
		return "catalogue.too_long", []any{"max", k.Want, "got", k.Got}
	case *kind.Minimum:
		return "catalogue.too_small", []any{"min", k.Want.Num().Int64()}
	case *kind.Maximum:
		return "catalogue.too_large", []any{"max", k.Want.Num().Int64()}
	case *kind.Enum:
		return "catalogue.required.choice", nil
	case *kind.Format:
		return codeOf(k.Err)
	}
	return "catalogue.wrong", nil
}

// checkPlaces compares each county with its province.
func (d *Definition) checkPlaces(answers Answers, fail func(name, code string, args ...any)) {
	for _, f := range d.c.order {
		county, ok := answers[f.def.Name].(string)
		if f.def.Type != TypeCounty || !ok {
			continue
		}
		province, _ := answers[f.def.Of].(string)
		if _, known := d.env.places.County(province, county); !known {
			fail(f.def.Name, "catalogue.place")
		}
	}
}

// checkCopies refuses a person or an entity who is named on two copies of a
// page.
func (d *Definition) checkCopies(answers Answers, fail func(name, code string, args ...any)) {
	named := map[string]bool{}
	for _, f := range d.c.order {
		v, ok := answers[f.def.Name].(string)
		if !ok || f.def.Type != TypeNationalCode && f.def.Type != TypeEntityID {
			continue
		}
		who := f.def.at + " " + v // copies come from the same place of the file
		if named[who] {
			fail(f.def.Name, "catalogue.named_twice")
		}
		named[who] = true
	}
}

func requiredCode(t Type) string {
	switch t {
	case TypeChoice, TypeProvince, TypeCounty, TypeYesNo:
		return "catalogue.required.choice"
	case TypeRials:
		return "catalogue.required.amount"
	case TypeDate:
		return "catalogue.required.date"
	}
	return "catalogue.required.text"
}

func (d *Definition) label(name string) Text {
	if f, ok := d.c.fields[name]; ok {
		return f.def.Label
	}
	return Text{}
}

// inLang replaces the texts among args by their words in one language.
func inLang(args []any, l i18n.Lang) []any {
	out := slices.Clone(args)
	for i, a := range out {
		if t, ok := a.(Text); ok {
			out[i] = t.In(l)
		}
	}
	return out
}
