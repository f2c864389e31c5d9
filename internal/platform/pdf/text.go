// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The isolates of UAX #9 section 2.4 that keep a code in its own order.
const (
	lri = '\u2066'
	rli = '\u2067'
	fsi = '\u2068'
	pdi = '\u2069'
)

// clean makes one line of text printable: white space becomes a space, other
// control characters go, and so do the bidi controls that can make a paper read
// other than it is written (embeddings, overrides). Broken UTF-8 becomes U+FFFD.
func clean(s string) []rune {
	out := make([]rune, 0, utf8.RuneCountInString(s))
	for _, r := range s {
		switch {
		case unicode.IsSpace(r) && r != '\u00a0' && r != '\u202f':
			if n := len(out); n > 0 && out[n-1] != ' ' {
				out = append(out, ' ')
			}
		case unicode.IsControl(r), r >= '\u202a' && r <= '\u202e', r == '\ufeff', r == '\u00ad',
			r >= 0xfff9 && r <= 0xfffb, r >= 0xe0000 && r <= 0xe0fff:
		case r&0xfffe == 0xfffe: // no characters
			out = append(out, utf8.RuneError)
		default:
			out = append(out, r)
		}
	}
	for n := len(out); n > 0 && out[n-1] == ' '; n = len(out) {
		out = out[:n-1]
	}
	return out
}

// hidden are the characters that order text and are not part of it: they are
// neither drawn nor copied.
func hidden(r rune) bool {
	switch r {
	case lri, rli, fsi, pdi, '\u200e', '\u200f', '\u061c':
		return true
	}
	return false
}

// rtl tells in which direction a line runs: as the paper, if it begins with a
// letter of that direction, else as most of its letters; a line without letters
// runs as the paper does.
func rtl(line string, paper bool) bool {
	n, first := 0, true
	for _, r := range line {
		if !unicode.IsLetter(r) {
			continue
		}
		arabic := unicode.Is(unicode.Arabic, r)
		if first && arabic == paper {
			return paper
		}
		first = false
		if arabic {
			n++
		} else {
			n--
		}
	}
	return n > 0 || n == 0 && paper
}

// codeRune tells what a code such as 140355-12/A, +98 21 or a@b.ir is made of.
func codeRune(r rune) bool {
	return r > ' ' && r < 0x7f && !strings.ContainsRune(`"'()<>[]{}`, r) || r >= '۰' && r <= '۹'
}

// isolate puts LRI and PDI around the codes of a right-to-left line, so that
// the algorithm does not turn their parts round, and reports which runes lie in
// such a code: lines do not break there. Codes inside isolates of the text
// itself stay as they are.
func isolate(line []rune) (out []rune, inside []bool) {
	depth := 0
	for i := 0; i < len(line); {
		switch r := line[i]; {
		case r == lri || r == rli || r == fsi:
			depth++
		case r == pdi:
			depth = max(0, depth-1)
		}
		end := i
		for end < len(line) && codeRune(line[end]) {
			end++
		}
		end = i + codeLen(line[i:end])
		if depth > 0 || end == i {
			out, inside = append(out, line[i]), append(inside, false)
			i++
			continue
		}
		out, inside = append(out, lri), append(inside, false)
		for ; i < end; i++ {
			out, inside = append(out, line[i]), append(inside, true)
		}
		out, inside = append(out, pdi), append(inside, false)
	}
	return out, inside
}

// codeLen is the length of the code at the start of a token: without the
// punctuation of the sentence behind it; 0 if the token is a plain word or
// number, which the algorithm sets right.
func codeLen(token []rune) int {
	n := len(token)
	for n > 0 && strings.ContainsRune(".,:;!?", token[n-1]) {
		n--
	}
	letters, digits, marks := 0, 0, 0
	for _, r := range token[:n] {
		switch {
		case r < 0x80 && unicode.IsLetter(r):
			letters++
		case unicode.IsDigit(r):
			digits++
		default:
			marks++
		}
	}
	if letters+digits < 2 || letters == 0 && marks == 0 || digits == 0 && marks == 0 {
		return 0
	}
	return n
}
