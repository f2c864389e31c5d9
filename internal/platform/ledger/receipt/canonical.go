// SPDX-License-Identifier: Apache-2.0

package receipt

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Canonical JSON, the one form of a value that is hashed and signed. It is RFC
// 8785 (JCS) without fractions, so any JCS library writes the same bytes:
// UTF-8, no white space between tokens, members sorted by their names' UTF-16
// code units, the shortest escapes, and only strings, integers of at most
// MaxInteger in size, true, false, null, arrays and objects. Two members of one
// name are refused.

// MaxInteger is the largest integer, and -MaxInteger the smallest, that
// canonical JSON holds: 2^53 - 1, what every JSON reader keeps exactly (RFC
// 7493, section 2.2).
const MaxInteger = 1<<53 - 1

// maxDepth bounds how deep arrays and objects may nest.
const maxDepth = 64

// Canonical returns the canonical JSON of v, which is first turned into JSON
// by encoding/json. It fails with errs.Invalid (code receipt.json) for anything
// that canonical JSON cannot hold, such as 1.5.
func Canonical(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, errs.New(errs.Invalid, "receipt.json").Because(err)
	}
	return CanonicalJSON(b)
}

// CanonicalJSON rewrites JSON text in canonical form. It fails like Canonical,
// also for duplicate members and for text that is not UTF-8.
func CanonicalJSON(text []byte) ([]byte, error) {
	v, err := decodeJSON(text)
	if err != nil {
		return nil, errs.New(errs.Invalid, "receipt.json").Because(err)
	}
	return appendJSON(nil, v), nil
}

// decodeJSON reads JSON text into nil, bool, int64, string, []any and
// map[string]any.
func decodeJSON(text []byte) (any, error) {
	if !utf8.Valid(text) {
		return nil, fmt.Errorf("not UTF-8")
	}
	d := &decoder{text: text}
	v, err := d.value(0)
	if err != nil {
		return nil, err
	}
	if d.space(); d.at < len(d.text) {
		return nil, d.fail("text after the value")
	}
	return v, nil
}

type decoder struct {
	text []byte
	at   int
}

func (d *decoder) fail(what string) error { return fmt.Errorf("byte %d: %s", d.at, what) }

func (d *decoder) space() {
	for d.at < len(d.text) && bytes.IndexByte([]byte(" \t\r\n"), d.text[d.at]) >= 0 {
		d.at++
	}
}

// take reads c if it is next.
func (d *decoder) take(c byte) bool {
	if d.at < len(d.text) && d.text[d.at] == c {
		d.at++
		return true
	}
	return false
}

func (d *decoder) value(depth int) (any, error) {
	if depth > maxDepth {
		return nil, d.fail("nested too deep")
	}
	d.space()
	rest := d.text[d.at:]
	switch {
	case bytes.HasPrefix(rest, []byte("null")):
		d.at += 4
		return nil, nil
	case bytes.HasPrefix(rest, []byte("true")):
		d.at += 4
		return true, nil
	case bytes.HasPrefix(rest, []byte("false")):
		d.at += 5
		return false, nil
	case d.take('"'):
		return d.str()
	case d.take('['):
		return d.array(depth)
	case d.take('{'):
		return d.object(depth)
	}
	return d.integer()
}

func (d *decoder) array(depth int) (any, error) {
	list := []any{}
	if d.space(); d.take(']') {
		return list, nil
	}
	for {
		v, err := d.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		d.space()
		if d.take(']') {
			return list, nil
		}
		if !d.take(',') {
			return nil, d.fail("expected , or ]")
		}
	}
}

func (d *decoder) object(depth int) (any, error) {
	members := map[string]any{}
	if d.space(); d.take('}') {
		return members, nil
	}
	for {
		if d.space(); !d.take('"') {
			return nil, d.fail("expected a member name")
		}
		name, err := d.str()
		if err != nil {
			return nil, err
		}
		if _, ok := members[name]; ok {
			return nil, d.fail("duplicate member")
		}
		if d.space(); !d.take(':') {
			return nil, d.fail("expected :")
		}
		if members[name], err = d.value(depth + 1); err != nil {
			return nil, err
		}
		d.space()
		if d.take('}') {
			return members, nil
		}
		if !d.take(',') {
			return nil, d.fail("expected , or }")
		}
	}
}

// str reads a string whose opening quote has been read.
func (d *decoder) str() (string, error) {
	var b []byte
	for d.at < len(d.text) {
		c := d.text[d.at]
		d.at++
		switch {
		case c == '"':
			return string(b), nil
		case c < 0x20:
			return "", d.fail("control character in a string")
		case c != '\\':
			b = append(b, c)
		default:
			r, err := d.escape()
			if err != nil {
				return "", err
			}
			b = utf8.AppendRune(b, r)
		}
	}
	return "", d.fail("string does not end")
}

func (d *decoder) escape() (rune, error) {
	if d.at == len(d.text) {
		return 0, d.fail("escape does not end")
	}
	c := d.text[d.at]
	d.at++
	if i := bytes.IndexByte([]byte(`"\/bfnrt`), c); i >= 0 {
		return rune("\"\\/\b\f\n\r\t"[i]), nil
	}
	if c != 'u' {
		return 0, d.fail("unknown escape")
	}
	r, err := d.hex4()
	if err != nil || !utf16.IsSurrogate(r) {
		return r, err
	}
	if !d.take('\\') || !d.take('u') {
		return 0, d.fail("half of a surrogate pair")
	}
	low, err := d.hex4()
	if err != nil {
		return 0, err
	}
	if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
		return 0, d.fail("half of a surrogate pair")
	}
	return r, nil
}

func (d *decoder) hex4() (rune, error) {
	if len(d.text)-d.at < 4 {
		return 0, d.fail("escape does not end")
	}
	n, err := strconv.ParseUint(string(d.text[d.at:d.at+4]), 16, 16)
	if err != nil {
		return 0, d.fail("not four hexadecimal digits")
	}
	d.at += 4
	return rune(n), nil
}

func (d *decoder) integer() (any, error) {
	start := d.at
	d.take('-')
	digits := d.at
	for d.at < len(d.text) && '0' <= d.text[d.at] && d.text[d.at] <= '9' {
		d.at++
	}
	text := string(d.text[start:d.at])
	switch {
	case d.at == digits:
		return nil, d.fail("expected a value")
	case d.text[digits] == '0' && text != "0":
		return nil, d.fail("number with a leading zero, or minus zero")
	case d.at < len(d.text) && bytes.IndexByte([]byte(".eE"), d.text[d.at]) >= 0:
		return nil, d.fail("number is not an integer")
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n > MaxInteger || n < -MaxInteger {
		return nil, d.fail("integer out of range")
	}
	return n, nil
}

// appendJSON appends the canonical form of a value that decodeJSON made.
func appendJSON(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case string:
		return appendString(b, v)
	case []any:
		b = append(b, '[')
		for i, e := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, e)
		}
		return append(b, ']')
	}
	members, _ := v.(map[string]any)
	names := make([]string, 0, len(members))
	for name := range members {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
	})
	b = append(b, '{')
	for i, name := range names {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, name), ':')
		b = appendJSON(b, members[name])
	}
	return append(b, '}')
}

func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for i := range len(s) {
		c := s[i]
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c >= 0x20:
			b = append(b, c)
		default:
			if j := bytes.IndexByte([]byte("\b\f\n\r\t"), c); j >= 0 {
				b = append(b, '\\', "bfnrt"[j])
			} else {
				b = fmt.Appendf(b, `\u%04x`, c)
			}
		}
	}
	return append(b, '"')
}
