// SPDX-License-Identifier: Apache-2.0

// Package persian owns Persian text folding and the identifiers that people in
// Iran type: digits of three scripts, letters of two keyboards, the national
// code, the legal-entity identifier, mobile numbers, postal codes and Sheba.
// Everything here is pure; whether a code really was issued only a registry
// can tell.
package persian

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const zwnj = '\u200c'

// digit maps Persian (U+06F0) and Arabic (U+0660) digits to ASCII and leaves
// every other rune alone.
func digit(r rune) rune {
	switch {
	case r >= '۰' && r <= '۹':
		return r - '۰' + '0'
	case r >= '٠' && r <= '٩':
		return r - '٠' + '0'
	}
	return r
}

// Digits turns Persian and Arabic digits into ASCII digits and changes nothing
// else.
func Digits(s string) string { return strings.Map(digit, s) }

// invisible tells whether r carries direction or layout only, or hides text:
// bidi controls, zero-width space and joiner, word joiner, byte order mark, soft
// hyphen, invisible operators, annotation and tag characters. The zero-width
// non-joiner is not among them: in Persian it is spelling.
func invisible(r rune) bool {
	switch {
	case r == '\u061c', r == '\u200b', r == '\u200e', r == '\u200f', r == '\u2060', r == '\ufeff', r == '\u00ad':
		return true
	case r == '\u200d', r == '\u180e', r >= '\u202a' && r <= '\u202e', r >= '\u2061' && r <= '\u206f',
		r >= '\ufff9' && r <= '\ufffb', r >= 0xe0000 && r <= 0xe007f:
		return true
	}
	return false
}

// Store is the form in which text that a person typed is kept: Arabic yeh and
// kaf become Persian, Unicode form C, no bidi or other control characters (line
// breaks and tabs stay), no invalid bytes, no white space at the ends. The
// zero-width non-joiner and the person's own digits stay. Store(Store(s)) is
// Store(s).
func Store(s string) string {
	s = strings.ToValidUTF8(s, "")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return '\n'
		case r == '\n', r == '\t':
			return r
		case invisible(r), unicode.IsControl(r):
			return -1
		}
		return r
	}, s)
	// Form C goes first: Arabic yeh with a hamza above is one letter, ئ, and
	// must not be torn apart by the change of yeh.
	s = strings.Map(letter, norm.NFC.String(s))
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == zwnj })
}

// letter maps the Arabic letters that Persian writes differently.
func letter(r rune) rune {
	switch r {
	case 'ي', 'ى':
		return 'ی'
	case 'ك':
		return 'ک'
	}
	return r
}

// Fold is the form in which texts are searched and compared: compatibility
// form, one spelling per letter (آأإٱ→ا, ؤ→و, ئ→ی, ةۀە→ه), no vowel marks, no
// tatweel, no lone hamza, no zero-width joiners, ASCII digits, lower case,
// punctuation as white space, single spaces. It is not for display. So «می‌روم»
// equals «میروم», but not «می روم».
func Fold(s string) string {
	s = norm.NFKD.String(strings.ToValidUTF8(s, ""))
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Cf, r), r == 'ـ', r == 'ء':
			continue
		case unicode.IsLetter(r), unicode.IsNumber(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(foldLetter(unicode.ToLower(digit(r))))
		default:
			space = true
		}
	}
	return b.String()
}

// foldLetter takes letters after compatibility decomposition, which has
// already torn hamza and madda from their carriers.
func foldLetter(r rune) rune {
	switch r {
	case 'ي', 'ى', 'ې':
		return 'ی'
	case 'ك', 'ڪ':
		return 'ک'
	case 'ٱ':
		return 'ا'
	case 'ة', 'ە', 'ہ', 'ھ':
		return 'ه'
	}
	return r
}
