// SPDX-License-Identifier: Apache-2.0

package receipt

import (
	"bytes"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// IsCanonical tells whether text is canonical JSON, byte for byte. It reads the
// text once and builds nothing: every piece of evidence goes through here.
func IsCanonical(text []byte) bool {
	if !utf8.Valid(text) {
		return false
	}
	s := strict{text: text}
	return s.value(0) && s.at == len(text)
}

// strict walks over JSON and accepts one spelling of each value. Its methods
// tell whether what they looked for stood there.
type strict struct {
	text []byte
	at   int
}

func (s *strict) take(c byte) bool {
	if s.at < len(s.text) && s.text[s.at] == c {
		s.at++
		return true
	}
	return false
}

func (s *strict) word(w string) bool {
	if !bytes.HasPrefix(s.text[s.at:], []byte(w)) {
		return false
	}
	s.at += len(w)
	return true
}

func (s *strict) value(depth int) bool {
	if depth > maxDepth || s.at == len(s.text) {
		return false
	}
	switch s.text[s.at] {
	case 'n':
		return s.word("null")
	case 't':
		return s.word("true")
	case 'f':
		return s.word("false")
	case '"':
		_, _, ok := s.str()
		return ok
	case '[':
		return s.array(depth)
	case '{':
		return s.object(depth)
	}
	return s.integer()
}

func (s *strict) array(depth int) bool {
	s.at++
	if s.take(']') {
		return true
	}
	for s.value(depth + 1) {
		if s.take(']') {
			return true
		}
		if !s.take(',') {
			return false
		}
	}
	return false
}

func (s *strict) object(depth int) bool {
	s.at++
	if s.take('}') {
		return true
	}
	var last []byte
	for first := true; ; first = false {
		name, escaped, ok := s.str()
		if !ok {
			return false
		}
		if escaped {
			name = unescape(name)
		}
		if !first && !before(last, name) || !s.take(':') || !s.value(depth+1) {
			return false
		}
		last = name
		if s.take('}') {
			return true
		}
		if !s.take(',') {
			return false
		}
	}
}

// before tells whether one member's name stands before another's: by UTF-16
// code units (RFC 8785), which is the order of the bytes for ASCII.
func before(a, b []byte) bool {
	ascii := func(t []byte) bool { return !slices.ContainsFunc(t, func(c byte) bool { return c >= utf8.RuneSelf }) }
	if ascii(a) && ascii(b) {
		return bytes.Compare(a, b) < 0
	}
	return slices.Compare(utf16.Encode([]rune(string(a))), utf16.Encode([]rune(string(b)))) < 0
}

// str reads a string and gives what stands between its quotes.
func (s *strict) str() (inner []byte, escaped, ok bool) {
	if !s.take('"') {
		return nil, false, false
	}
	for start := s.at; s.at < len(s.text); {
		c := s.text[s.at]
		s.at++
		switch {
		case c == '"':
			return s.text[start : s.at-1], escaped, true
		case c < 0x20:
			return nil, false, false
		case c == '\\':
			if escaped = true; !s.escape() {
				return nil, false, false
			}
		}
	}
	return nil, false, false
}

// escape accepts the short escapes, and \u only for control characters that
// have no short one.
func (s *strict) escape() bool {
	if s.at == len(s.text) {
		return false
	}
	c := s.text[s.at]
	s.at++
	if bytes.IndexByte([]byte(`"\bfnrt`), c) >= 0 {
		return true
	}
	if c != 'u' || len(s.text)-s.at < 4 {
		return false
	}
	four := s.text[s.at : s.at+4]
	s.at += 4
	n, err := strconv.ParseUint(string(four), 16, 16)
	if err != nil || n >= 0x20 || bytes.IndexByte([]byte("\b\f\n\r\t"), byte(n)) >= 0 {
		return false
	}
	const hex = "0123456789abcdef"
	return four[0] == '0' && four[1] == '0' && four[2] == hex[n>>4] && four[3] == hex[n&15]
}

// unescape reads what str has accepted.
func unescape(inner []byte) []byte {
	d := &decoder{text: append(slices.Clone(inner), '"')}
	text, err := d.str()
	if err != nil {
		return inner // cannot happen: strict accepts less than the decoder
	}
	return []byte(text)
}

func (s *strict) integer() bool {
	start := s.at
	s.take('-')
	digits := s.at
	for s.at < len(s.text) && '0' <= s.text[s.at] && s.text[s.at] <= '9' {
		s.at++
	}
	switch {
	case s.at == digits, s.text[digits] == '0' && s.at-start > 1:
		return false
	case s.at-digits < 16: // below 10^15: no more to check
		return true
	}
	n, err := strconv.ParseInt(string(s.text[start:s.at]), 10, 64)
	return err == nil && n <= MaxInteger && n >= -MaxInteger
}
