// SPDX-License-Identifier: Apache-2.0

package web

import (
	"strings"
	"unicode"
)

// Filter is one choice of Filters.
type Filter struct {
	Label, Href string
	On          bool
	Counted     bool // Count is shown
	Count       int
}

// paperBlocks splits a paper into its blocks of lines.
func paperBlocks(text string) [][]string {
	var out [][]string
	for _, block := range strings.Split(strings.TrimSpace(text), "\n\n") {
		var lines []string
		for _, line := range strings.Split(block, "\n") {
			if line = strings.TrimSpace(line); line != "" {
				lines = append(lines, line)
			}
		}
		if len(lines) > 0 {
			out = append(out, lines)
		}
	}
	return out
}

// lineDir is the direction in which a line runs: of its label if it has one
// ("Name: …"), else of most of its letters. The browser's own guess goes by the
// first letter, and a line that begins with a name in the other script would be
// turned round.
func lineDir(line string) string {
	if label, _, ok := strings.Cut(line, ":"); ok && len([]rune(label)) <= maxLabel && balance(label) != 0 {
		line = label
	}
	if balance(line) > 0 {
		return "rtl"
	}
	return "ltr"
}

// maxLabel is how many characters a label before a colon has at most.
const maxLabel = 40

// balance is above 0 if more letters of a text run from right to left.
func balance(text string) (rtl int) {
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Arabic, r):
			rtl++
		case unicode.IsLetter(r):
			rtl--
		}
	}
	return rtl
}
