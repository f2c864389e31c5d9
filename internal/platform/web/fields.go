// SPDX-License-Identifier: Apache-2.0

package web

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/tarazu/tarazu/internal/platform/civil"
)

// attrs collects attributes in order; empty values are left out.
type attrs struct {
	list templ.OrderedAttributes
}

func (a *attrs) add(key, value string) {
	if value != "" {
		a.list = append(a.list, templ.KeyValue[string, any]{Key: key, Value: value})
	}
}

func (a *attrs) flag(key string, on bool) {
	if on {
		a.list = append(a.list, templ.KeyValue[string, any]{Key: key, Value: true})
	}
}

// describedBy names the hint and the error of a field.
func describedBy(v View, name, hint string) string {
	var ids []string
	if hint != "" {
		ids = append(ids, fieldID(name)+"-hint")
	}
	if v.Errors.For(name) != "" {
		ids = append(ids, fieldID(name)+"-error")
	}
	return strings.Join(ids, " ")
}

func (v View) common(a *attrs, name, hint string, optional bool) {
	a.add("aria-describedby", describedBy(v, name, hint))
	if v.Errors.For(name) != "" {
		a.add("aria-invalid", "true")
	}
	if !optional {
		a.add("aria-required", "true")
	}
}

func (v View) inputAttrs(o Text) templ.OrderedAttributes {
	var a attrs
	kind := o.Type
	if kind == "" {
		kind = "text"
	}
	class := "input"
	if o.Width != "" {
		class += " input-" + string(o.Width)
	}
	a.add("class", class)
	a.add("id", fieldID(o.Name))
	a.add("name", o.Name)
	a.add("type", kind)
	if kind != "password" {
		a.add("value", v.value(o.Name, o.Value))
	}
	if o.LTR {
		a.add("dir", "ltr")
	} else if kind != "password" {
		a.add("dir", "auto")
	}
	a.add("inputmode", o.InputMode)
	a.add("autocomplete", o.Autocomplete)
	a.flag("autofocus", o.Autofocus && v.Errors == nil) // errors have the focus
	if o.Max > 0 {
		a.add("maxlength", strconv.Itoa(o.Max))
	}
	if o.Spellcheck {
		a.add("spellcheck", "true")
	} else {
		a.add("spellcheck", "false")
	}
	if o.LTR || kind == "password" {
		a.add("autocapitalize", "none")
	}
	v.common(&a, o.Name, o.Hint, o.Optional)
	return a.list
}

func (v View) areaAttrs(o Area) templ.OrderedAttributes {
	var a attrs
	rows := o.Rows
	if rows == 0 {
		rows = 6
	}
	a.add("class", "input area")
	a.add("id", fieldID(o.Name))
	a.add("name", o.Name)
	a.add("rows", strconv.Itoa(rows))
	a.add("dir", "auto")
	if o.Max > 0 {
		a.add("maxlength", strconv.Itoa(o.Max))
	}
	v.common(&a, o.Name, o.Hint, o.Optional)
	return a.list
}

func (v View) selectAttrs(o Choice) templ.OrderedAttributes {
	var a attrs
	a.add("class", "input select")
	a.add("id", fieldID(o.Name))
	a.add("name", o.Name)
	v.common(&a, o.Name, o.Hint, o.Optional)
	return a.list
}

func (v View) uploadAttrs(o Upload) templ.OrderedAttributes {
	var a attrs
	a.add("class", "input upload")
	a.add("id", fieldID(o.Name))
	a.add("name", o.Name)
	a.add("type", "file")
	a.add("accept", o.Accept)
	a.add("capture", o.Capture)
	a.flag("multiple", o.Multiple)
	v.common(&a, o.Name, o.Hint, o.Optional)
	return a.list
}

// optionAttrs are those of one radio button or checkbox. The first carries the
// field's id, which the error summary links to.
func (v View) optionAttrs(o Choice, i int, kind string) templ.OrderedAttributes {
	var a attrs
	opt := o.Options[i]
	a.add("class", "tick-input")
	a.add("id", optionID(o, i))
	a.add("name", o.Name)
	a.add("type", kind)
	a.list = append(a.list, templ.KeyValue[string, any]{Key: "value", Value: opt.Value})
	if opt.Hint != "" {
		a.add("aria-describedby", optionID(o, i)+"-hint")
	}
	a.flag("checked", v.ticked(o.Name, opt.Value, opt.On))
	return a.list
}

func optionID(o Choice, i int) string {
	if i == 0 {
		return fieldID(o.Name)
	}
	return fieldID(o.Name) + "-" + strconv.Itoa(i)
}

// single is a Choice with one option, for Checkbox.
func single(name, label, hint string, on bool) Choice {
	return Choice{Name: name, Options: []Option{{Value: "on", Label: label, Hint: hint, On: on}}}
}

// datePart is one of the three fields of a date.
type datePart struct {
	suffix, label, width string
	initial              string
}

func (v View) dateAttrs(o Date, part datePart) templ.OrderedAttributes {
	var a attrs
	name := o.Name + "." + part.suffix
	a.add("class", "input "+part.width)
	a.add("id", datePartID(o, part.suffix))
	a.add("name", name)
	if part.suffix != "month" {
		a.add("type", "text")
		a.add("inputmode", "numeric")
		a.add("dir", "ltr")
		a.add("value", v.value(name, part.initial))
		max := "2"
		if part.suffix == "year" {
			max = "4"
		}
		a.add("maxlength", max)
	}
	a.flag("autofocus", o.Autofocus && part.suffix == "day" && v.Errors == nil)
	a.add("autocomplete", "off") // a browser would fill in Gregorian numbers
	if v.Errors.For(o.Name) != "" {
		a.add("aria-invalid", "true")
	}
	return a.list
}

// datePartID gives the first part the id that the error summary links to.
func datePartID(o Date, suffix string) string {
	if suffix == "day" {
		return fieldID(o.Name)
	}
	return fieldID(o.Name + "." + suffix)
}

func (v View) dayPart(o Date) datePart {
	_, _, d := v.jalali(o)
	return datePart{"day", v.T("web.date.day"), "input-day", d}
}

func (v View) monthPart(o Date) datePart {
	_, m, _ := v.jalali(o)
	return datePart{"month", v.T("web.date.month"), "select", m}
}

func (v View) yearPart(o Date) datePart {
	y, _, _ := v.jalali(o)
	return datePart{"year", v.T("web.date.year"), "input-year", y}
}

func (v View) jalali(o Date) (y, m, d string) {
	if !o.Set {
		return "", "", ""
	}
	yy, mm, dd := o.Value.Jalali()
	return v.P.Digits(strconv.Itoa(yy)), strconv.Itoa(mm), v.P.Digits(strconv.Itoa(dd))
}

// monthOn tells whether a month shows as chosen.
func (v View) monthOn(o Date, m int, part datePart) bool {
	return v.value(o.Name+".month", part.initial) == strconv.Itoa(m)
}

// isoDay is for datetime attributes.
func isoDay(d civil.Day) string { return d.String() }
