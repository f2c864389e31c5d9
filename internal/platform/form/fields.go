// SPDX-License-Identifier: Apache-2.0

package form

import (
	"errors"
	"mime/multipart"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/persian"
)

// DefaultMaxText is the longest text, in runes, that a field without a Max
// rule takes.
const DefaultMaxText = 5_000

// MaxRials is the largest amount a field takes: nine million billion rials, far
// above any claim, and still a whole number in the canonical JSON of evidence
// (2^53 - 1).
const MaxRials int64 = 9_000_000_000_000_000

// single returns the one value of a field, and whether reading goes on: a
// repeated or an empty field is settled here.
func (f *Form) single(name string, r rules) (string, bool) {
	f.asked[name] = true
	vs := f.values[name]
	if len(vs) > 1 {
		f.Fail(name, "form.repeated")
		return "", false
	}
	s := ""
	if len(vs) == 1 {
		s = persian.Store(vs[0])
	}
	if s == "" {
		if r.required {
			f.Fail(name, r.emptyCode())
		}
		return "", false
	}
	return s, true
}

// Text is a field's text as it is kept (persian.Store). It may be empty unless
// the rules hold Required or Missing.
func (f *Form) Text(name string, list ...Rule) string {
	r := collect(false, list)
	s, ok := f.single(name, r)
	if !ok {
		return ""
	}
	switch n := utf8.RuneCountInString(s); {
	case n > r.max:
		f.Fail(name, r.code("form.too_long"), "max", r.max)
	case n < r.min:
		f.Fail(name, r.code("form.too_short"), "min", r.min)
	}
	return s
}

// checked reads a field through one of persian's identifiers.
func (f *Form) checked(name string, list []Rule, check func(string) (string, error)) string {
	r := collect(true, list)
	s, ok := f.single(name, r)
	if !ok {
		return ""
	}
	v, err := check(s)
	if err != nil {
		f.Fail(name, r.code(codeOf(err)), argsOf(err)...)
		return ""
	}
	return v
}

func codeOf(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Code != "" {
		return e.Code
	}
	return "form.wrong"
}

func argsOf(err error) []any {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Args
	}
	return nil
}

// Checked is a field that check brings into its normal form; required unless
// Optional. The code of check's error says what is wrong.
func (f *Form) Checked(name string, check func(string) (string, error), list ...Rule) string {
	return f.checked(name, list, check)
}

// Phone is a mobile number of any country, as + and digits; required unless
// Optional.
func (f *Form) Phone(name string, list ...Rule) string {
	return f.checked(name, list, persian.Phone)
}

// NationalCode is a national code of ten digits; required unless Optional.
func (f *Form) NationalCode(name string, list ...Rule) string {
	return f.checked(name, list, persian.NationalCode)
}

// LegalID is a legal-entity identifier of eleven digits; required unless
// Optional.
func (f *Form) LegalID(name string, list ...Rule) string {
	return f.checked(name, list, persian.LegalID)
}

// Mobile is a mobile number as +989…; required unless Optional.
func (f *Form) Mobile(name string, list ...Rule) string {
	return f.checked(name, list, persian.Mobile)
}

// Postal is a postal code of ten digits; required unless Optional.
func (f *Form) Postal(name string, list ...Rule) string {
	return f.checked(name, list, persian.Postal)
}

// Sheba is an account number as IR and 24 digits; required unless Optional.
func (f *Form) Sheba(name string, list ...Rule) string {
	return f.checked(name, list, persian.Sheba)
}

// Code is a number of exactly n digits that people copy (a code from a text
// message), as ASCII; required unless Optional.
func (f *Form) Code(name string, n int, list ...Rule) string {
	r := collect(true, list)
	s, ok := f.single(name, r)
	if !ok {
		return ""
	}
	s = persian.Identifier(s)
	if len(s) != n || !digits(s) {
		f.Fail(name, r.code("form.code"), "digits", n)
		return ""
	}
	return s
}

// Int is a whole number within [low, high]; required unless Optional.
func (f *Form) Int(name string, low, high int64, list ...Rule) int64 {
	r := collect(true, list)
	s, ok := f.single(name, r)
	if !ok {
		return 0
	}
	n, err := strconv.ParseInt(ungroup(s), 10, 64)
	switch {
	case err != nil && !errors.Is(err, strconv.ErrRange):
		f.Fail(name, r.code("form.number"))
		return 0
	case err != nil || n < low || n > high:
		f.Fail(name, r.code("form.range"), "low", low, "high", high)
		return 0
	}
	return n
}

// Rials is an amount of money in whole rials, more than nothing, typed with or
// without separators and the word; required unless Optional.
func (f *Form) Rials(name string, list ...Rule) int64 {
	r := collect(true, list)
	s, ok := f.single(name, r)
	if !ok {
		return 0
	}
	s = ungroup(s)
	for _, unit := range []string{"ریال", "rials", "rial", "irr"} {
		s = strings.TrimSuffix(strings.ToLower(s), unit)
	}
	n, err := strconv.ParseInt(s, 10, 64)
	switch {
	case s == "" || (err != nil && !errors.Is(err, strconv.ErrRange)) || !digits(s):
		f.Fail(name, r.code("form.rials"))
		return 0
	case n == 0:
		f.Fail(name, r.code("form.rials_zero"))
		return 0
	case err != nil || n > MaxRials:
		f.Fail(name, r.code("form.rials_max"))
		return 0
	}
	return n
}

// ungroup turns a number as people write it into ASCII: separators of thousands
// and white space go, the sign stays (persian.Identifier would drop it and turn
// -5 into 5).
func ungroup(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '−':
			return '-'
		case strings.ContainsRune(",٬،'_\u200c", r), unicode.IsSpace(r):
			return -1
		}
		return r
	}, persian.Digits(persian.Store(s)))
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// Choice is one of the allowed values; it may be left out only if "" is among
// them.
func (f *Form) Choice(name string, allowed ...string) string {
	f.asked[name] = true
	vs := f.values[name]
	if len(vs) > 1 {
		f.Fail(name, "form.repeated")
		return ""
	}
	s := ""
	if len(vs) == 1 {
		s = vs[0]
	}
	if !slices.Contains(allowed, s) {
		f.Fail(name, "form.choose")
		return ""
	}
	return s
}

// Choices is the set of allowed values that were ticked, in the order of
// allowed; it may be empty.
func (f *Form) Choices(name string, allowed ...string) []string {
	f.asked[name] = true
	var out []string
	for _, a := range allowed {
		if slices.Contains(f.values[name], a) {
			out = append(out, a)
		}
	}
	for _, v := range f.values[name] {
		if v != "" && !slices.Contains(allowed, v) {
			f.Fail(name, "form.choose")
			return nil
		}
	}
	return out
}

// Bool is a checkbox: true if it was ticked.
func (f *Form) Bool(name string) bool {
	f.asked[name] = true
	switch s := strings.Join(f.values[name], ""); s {
	case "":
		return false
	case "on", "true", "1", "yes":
		return true
	default:
		f.Fail(name, "form.choose")
		return false
	}
}

// Password is a secret exactly as typed, not normalised and not trimmed;
// required unless Optional.
func (f *Form) Password(name string, list ...Rule) string {
	f.asked[name] = true
	r := collect(true, list)
	vs := f.values[name]
	if len(vs) > 1 {
		f.Fail(name, "form.repeated")
		return ""
	}
	if len(vs) == 0 || vs[0] == "" {
		if r.required {
			f.Fail(name, r.emptyCode())
		}
		return ""
	}
	switch n := utf8.RuneCountInString(vs[0]); {
	case n > min(r.max, 200): // hashing is dear; nobody types more
		f.Fail(name, r.code("form.too_long"), "max", min(r.max, 200))
	case n < r.min:
		f.Fail(name, r.code("form.too_short"), "min", r.min)
	}
	return vs[0]
}

// Day is a Jalali date typed in three fields: name.day, name.month (1 to 12)
// and name.year (four digits); required unless Optional. Failures stand under
// name.
func (f *Form) Day(name string, list ...Rule) civil.Day {
	r := collect(true, list)
	var v [3]int
	empty, wrong := 0, false
	for i, part := range []string{".year", ".month", ".day"} {
		f.asked[name+part] = true
		vs := f.values[name+part]
		if len(vs) > 1 {
			f.Fail(name, "form.repeated")
			return 0
		}
		if len(vs) == 0 || ungroup(vs[0]) == "" {
			empty++
			continue
		}
		s := ungroup(vs[0])
		if !digits(s) || len(s) > 4 {
			wrong = true
			continue
		}
		v[i], _ = strconv.Atoi(s) // at most four ASCII digits
	}
	switch {
	case empty == 3 && !r.required:
		return 0
	case empty == 3:
		f.Fail(name, r.emptyCodeOr("form.day_missing"))
		return 0
	case empty > 0:
		f.Fail(name, r.code("form.day_incomplete"))
		return 0
	case wrong || v[0] < 1200 || v[0] > 1600:
		f.Fail(name, r.code("form.day_wrong"))
		return 0
	}
	d, err := civil.FromJalali(v[0], v[1], v[2])
	if err != nil {
		f.Fail(name, r.code("form.day_none"))
		return 0
	}
	return d
}

// Files are the uploaded files of a field, without those that were left empty
// because nothing was chosen.
func (f *Form) Files(name string) (out []*multipart.FileHeader) {
	f.asked[name] = true
	for _, h := range f.files[name] {
		if h.Size > 0 || h.Filename != "" {
			out = append(out, h)
		}
	}
	return out
}

// File is the one uploaded file of a field; ok is false if none was chosen.
// Opening it, its size and its real type are the caller's matter.
func (f *Form) File(name string, list ...Rule) (h *multipart.FileHeader, ok bool) {
	f.asked[name] = true
	r := collect(true, list)
	switch fs := f.files[name]; {
	case len(fs) > 1:
		f.Fail(name, "form.repeated")
	case len(fs) == 0 || (fs[0].Size == 0 && fs[0].Filename == ""):
		if r.required {
			f.Fail(name, r.emptyCodeOr("form.file_missing"))
		}
	case fs[0].Size == 0:
		f.Fail(name, r.code("form.file_empty"))
	default:
		return fs[0], true
	}
	return nil, false
}
