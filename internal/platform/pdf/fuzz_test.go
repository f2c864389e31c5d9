// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"slices"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// FuzzRender: whatever a person types becomes a sound file from which every
// character can be copied again, none lost and none added.
func FuzzRender(f *testing.F) {
	for _, line := range hard {
		f.Add(line, true)
		f.Add(line, false)
	}
	for _, line := range []string{"", " ", "a\u2066b", "\u2069\u2069", "x\u0301\u0323\u0301", "ی\u0650\u0654", "\u202eabc", "ﷲ ﻻ", strings.Repeat("لا", 200), "f\u200df\u200ci", "👨‍👩‍👧", "\xff\xfe", "ab: cd", "A\r\nB"} {
		f.Add(line, true)
	}
	w := newWriter(f)
	f.Fuzz(func(t *testing.T, text string, persian bool) {
		if len(text) > 20_000 {
			t.Skip("as long as a narrative may be")
		}
		lang := i18n.EN
		if persian {
			lang = i18n.FA
		}
		p := Paper{Lang: lang, Title: text, Blocks: []Block{{Lines: []string{text}}}}
		var want []rune
		for range 2 {
			want = append(want, visible(string(clean(text)))...)
		}
		var got []rune
		for _, s := range parse(t, render(t, w, p)).spans(t) {
			got = append(got, visible(s.visual)...)
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("read %q\nwant %q", string(got), string(want))
		}
	})
}

// visible are the characters that a reader can copy.
func visible(s string) []rune {
	var out []rune
	for _, r := range s {
		if r != ' ' && !hidden(r) {
			out = append(out, r)
		}
	}
	return out
}
