// SPDX-License-Identifier: Apache-2.0

package receipt

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
)

// printable shows what a terminal would act upon or hide (escape sequences,
// direction overrides) as its code point, so that a file cannot dress itself
// up with lines of its own. ZWNJ, which Persian needs, stays.
func printable(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r == '\u200c' || unicode.IsGraphic(r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "<U+%04X>", r)
		}
	}
	return b.String()
}

func sortedNames(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
