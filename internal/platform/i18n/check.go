// SPDX-License-Identifier: Apache-2.0

package i18n

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

var variable = regexp.MustCompile(`\{([a-z][a-z0-9_]*)\}`)

// flaw is a pattern that no text of a language may contain.
type flaw struct {
	re  *regexp.Regexp
	say string
}

var flaws = map[Lang][]flaw{
	FA: {
		{regexp.MustCompile(`[يىك]`), "Arabic yeh or kaf instead of ی or ک"},
		{regexp.MustCompile(`[٠-٩]`), "Arabic digit instead of a Persian one"},
		{regexp.MustCompile(`(^|[^A-Za-z0-9.:/_{-])[0-9]+($|[^A-Za-z0-9.:/_}-])`), "ASCII digits instead of Persian ones"},
		{regexp.MustCompile(`["'“”‘’]`), "quotes other than «»"},
		{regexp.MustCompile(`[,;?]`), "Latin comma, semicolon or question mark instead of ، ؛ ؟"},
		{regexp.MustCompile(`(^|\s)ن?می\s`), "space instead of ZWNJ after می"},
		{regexp.MustCompile(`\sها(ی)?([\s.،؛:؟!]|$)`), "space instead of ZWNJ before ها"},
		{regexp.MustCompile(`\s\x{200c}|\x{200c}\s|\x{200c}\x{200c}`), "ZWNJ beside a space or twice"},
	},
	EN: {
		{regexp.MustCompile(`["']`), "straight quotes instead of “ ” ’"},
		{regexp.MustCompile(`[\x{0600}-\x{06ff}]`), "Persian letters in English words"},
	},
}

var everywhere = []flaw{
	{regexp.MustCompile(`^\s*$`), "empty"},
	{regexp.MustCompile(`^\s|\s$`), "white space at an end"},
	{regexp.MustCompile(`  `), "two spaces"},
	{regexp.MustCompile(`\.\.\.`), "three dots instead of …"},
	{regexp.MustCompile(`[\x{200e}\x{200f}\x{202a}-\x{202e}\x{2066}-\x{2069}]`), "bidi control character"},
}

// Check returns what is wrong with the catalogue, one sentence each: keys that
// a language lacks, variables that differ between languages, half plurals, and
// typography (Arabic letters, straight quotes, lost ZWNJ …). An empty result
// means fine.
func (c *Catalog) Check() []string {
	var out []string
	say := func(l Lang, key, format string, args ...any) {
		out = append(out, fmt.Sprintf("%s: %s: ", l, key)+fmt.Sprintf(format, args...))
	}
	first := c.texts[FA]
	for _, l := range Langs() {
		texts := c.texts[l]
		for _, key := range slices.Sorted(maps.Keys(texts)) {
			text := texts[key]
			if base, ok := first[key]; !ok {
				say(FA, key, "missing")
			} else if a, b := variables(base), variables(text); !slices.Equal(a, b) {
				say(l, key, "variables %v differ from %v", b, a)
			}
			if stem, ok := strings.CutSuffix(key, ".one"); ok {
				if _, ok := texts[stem+".other"]; !ok {
					say(l, key, "has no %s.other", stem)
				}
			}
			for _, f := range append(everywhere[:len(everywhere):len(everywhere)], flaws[l]...) {
				if f.re.MatchString(text) {
					say(l, key, "%s", f.say)
				}
			}
		}
		for _, key := range slices.Sorted(maps.Keys(first)) {
			if _, ok := texts[key]; !ok {
				say(l, key, "missing")
			}
		}
	}
	return out
}

// variables returns the sorted names of the variables of a text, each once.
func variables(text string) []string {
	var names []string
	for _, m := range variable.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}
